import fc from 'fast-check';
import {
  avgLatency,
  closed,
  failureCount,
  failureRate,
  failureStreak,
  halfOpened,
  metricOf,
  minRequests,
  slowRate,
  successStreak,
  Tripper,
} from 'rxjs-fluxgate';
import { expect, it } from 'vitest';
import type { Readings } from '../../../lib/types/readings.ts';

const count = fc.integer({ min: 1, max: 5 });
const ratio = fc.double({ min: 0.01, max: 1, noNaN: true });
const ms = fc.integer({ min: 1, max: 100 });

const condition = fc.oneof(
  ratio.map((r) => failureRate(r)),
  count.map((n) => failureCount(n)),
  count.map((n) => failureStreak(n)),
  count.map((n) => successStreak(n)),
  count.map((n) => minRequests(n)),
  ms.map((t) => avgLatency(t)),
  fc.tuple(ratio, ms).map(([r, t]) => slowRate(r, t)),
  fc.constantFrom(closed(), halfOpened()),
);

const { tripper } = fc.letrec<{ tripper: Tripper }>((tie) => ({
  tripper: fc.oneof(
    { depthSize: 'small' },
    condition,
    fc.tuple(tie('tripper'), tie('tripper')).map(([a, b]) => a.and(b)),
    fc.tuple(tie('tripper'), tie('tripper')).map(([a, b]) => a.or(b)),
    tie('tripper').map((a) => a.not()),
  ),
}));

/** Nothing failed or was slow. */
const calm: fc.Arbitrary<Readings> = fc
  .record({
    totalCount: fc.integer({ min: 0, max: 8 }),
    avgDuration: ms,
    consecutiveSuccesses: count,
    state: fc.constantFrom('closed', 'half_open'),
  })
  .map(({ totalCount, avgDuration, ...rest }) => ({
    ...rest,
    consecutiveFailures: 0,
    metric: metricOf({ totalCount, failureCount: 0, totalDuration: totalCount * avgDuration, slowCounts: new Map() }),
  }));

it('should leave out no tripper that holds although nothing failed or was slow', () => {
  fc.assert(
    fc.property(tripper, calm, (subject, readings) => {
      fc.pre(subject._onlyInTrouble === true);
      expect(subject._holds?.(readings)).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});

it.each([
  failureStreak(5),
  failureRate(0.5).or(slowRate(0.5, 100)),
  minRequests(20).and(failureCount(3)),
  failureStreak(5).and(minRequests(20).not()),
])('should leave out %s, which needs a failed or a slow call', (subject) => {
  expect(subject._onlyInTrouble).toBe(true);
});

it.each([avgLatency(5), minRequests(2), failureStreak(5).not(), failureStreak(5).or(successStreak(3)), closed()])(
  'should ask %s after each call',
  (subject) => {
    expect(subject._onlyInTrouble).toBeFalsy();
  },
);

it('should ask a tripper with a part of the user after each call', () => {
  const own = Tripper.from(() => true);
  expect([failureStreak(5).or(own), own.or(failureStreak(5))].some((subject) => subject._onlyInTrouble)).toBe(false);
});
