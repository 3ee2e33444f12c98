import { describe, it } from 'vitest';
import { runFleetTraces } from './run-traces.ts';

describe('random traces of a fleet', () => {
  it('should hold the invariants I1 to I4 and I6 to I9', () => runFleetTraces(2_000), 120_000);
});
