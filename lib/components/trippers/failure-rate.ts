import { checkRatio } from '../../util/check.ts';
import { Condition } from './condition.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds when at least `ratio` of the calls in the window failed.
 *
 * @param ratio above 0 and at most 1
 * @throws TypeError or RangeError if `ratio` is not such a number
 * @example
 * ```ts
 * import { failureRate, minRequests } from 'rxjs-fluxgate';
 *
 * // One failure of one call is a rate of 1, so ask for a minimum of calls too.
 * console.log(String(minRequests(20).and(failureRate(0.5)))); // => minRequests(20).and(failureRate(0.5))
 * ```
 *
 * @see {@link minRequests}, {@link failureStreak}
 * @see Fluxgate's `FailureRate`, resilience4j's `failureRateThreshold`
 */
export function failureRate(ratio: number): Tripper {
  checkRatio('failureRate: ratio', ratio);
  return new Condition(
    `failureRate(${String(ratio)})`,
    ({ metric }) => (metric.failureRate ?? 0) >= ratio,
    ({ metric: { totalCount, failureCount, failureRate = 0 } }) =>
      `${String(failureCount)} of ${String(totalCount)} calls failed (${failureRate.toFixed(2)})`,
  );
}
