import { describe, it } from 'vitest';
import { runTraces } from './run-traces.ts';

describe('random traces', () => {
  it('should look like the model after each step', () => runTraces(2_000), 60_000);
});
