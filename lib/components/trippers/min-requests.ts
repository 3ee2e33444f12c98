import { checkCount } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import { ratioOf } from './ratio-of.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds once the window has at least `count` calls, so that a rate of very few does not trip.
 *
 * @param count calls, an integer of at least 1; a breaker refuses one that its window can never hold
 * @throws TypeError or RangeError if `count` is not such an integer
 * @example
 * ```ts
 * import { failureRate, minRequests } from 'rxjs-fluxgate';
 *
 * console.log(String(minRequests(20).and(failureRate(0.5)))); // => minRequests(20).and(failureRate(0.5))
 * ```
 *
 * @see {@link failureRate}, {@link slowRate}, {@link avgLatency}
 * @see Fluxgate's `MinRequests`, resilience4j's `minimumNumberOfCalls`
 */
export const minRequests = /* @__PURE__ */ factory('minRequests', (count: number): Tripper => {
  checkCount('minRequests: count', count);
  return new Condition(
    ({ metric }) => metric.totalCount >= count,
    ({ metric: { totalCount } }, held) => `${held ? String(totalCount) : ratioOf(totalCount, count)} calls`,
    { minCalls: count },
  );
});
