import { describe, it } from 'vitest';
import { runDeaths, runDifferential } from './differential.ts';
import { runFleetTraces } from './run-traces.ts';

describe('random traces of a fleet', () => {
  it('should hold the invariants I1 to I4 and I6 to I9', () => runFleetTraces(2_000), 180_000);

  it('should be those of a lone breaker while the engine is silent (I5)', () => runDifferential(500), 120_000);

  it(
    'should be those of one that has left, once it has noticed that the engine is dead',
    () => runDeaths(500),
    120_000,
  );
});
