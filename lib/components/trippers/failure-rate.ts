import { checkRatio } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
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
export const failureRate = /* @__PURE__ */ factory('failureRate', (ratio: number): Tripper => {
  checkRatio('failureRate: ratio', ratio);
  return new Condition(
    ({ metric }) => (metric.failureRate ?? 0) >= ratio,
    ({ metric: { totalCount, failureCount, failureRate = 0 } }, held) =>
      `${String(failureCount)} of ${String(totalCount)} ${held ? 'calls failed' : 'failed'} (${failureRate.toFixed(2)})`,
    { onlyInTrouble: true },
  );
});
