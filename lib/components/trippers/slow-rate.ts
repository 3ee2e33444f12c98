import { checkDuration, checkRatio } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds when at least `ratio` of the calls in the window took `thresholdMs` or longer, failed or not.
 *
 * @param ratio above 0 and at most 1
 * @param thresholdMs ms, above 0
 * @throws TypeError or RangeError if one of them is not such a number
 * @example
 * ```ts
 * import { failureRate, minRequests, slowRate } from 'rxjs-fluxgate';
 *
 * const tripper = minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000)));
 * console.log(String(tripper)); // => minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1000)))
 * ```
 *
 * @see {@link avgLatency}
 * @see Fluxgate's `SlowRate`, resilience4j's `slowCallRateThreshold`
 */
export const slowRate = /* @__PURE__ */ factory('slowRate', (ratio: number, thresholdMs: number): Tripper => {
  checkRatio('slowRate: ratio', ratio);
  checkDuration('slowRate: thresholdMs', thresholdMs);
  return new Condition(
    ({ metric }) => (metric.slowRate(thresholdMs) ?? 0) >= ratio,
    ({ metric }) =>
      `${String(metric.slowCounts.get(thresholdMs) ?? 0)} of ${String(metric.totalCount)} calls ` +
      `took ${String(thresholdMs)} ms or longer (${(metric.slowRate(thresholdMs) ?? 0).toFixed(2)})`,
    { slowThresholds: [thresholdMs], onlyInTrouble: true },
  );
});
