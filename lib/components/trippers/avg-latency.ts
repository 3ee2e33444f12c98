import { checkDuration } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds when the calls in the window took `ms` or longer on average.
 *
 * @param ms above 0
 * @throws TypeError or RangeError if `ms` is not such a number
 * @example
 * ```ts
 * import { avgLatency, minRequests } from 'rxjs-fluxgate';
 *
 * console.log(String(minRequests(20).and(avgLatency(500)))); // => minRequests(20).and(avgLatency(500))
 * ```
 *
 * @see {@link slowRate}, which a few very slow calls do not mislead
 * @see Fluxgate's `AvgLatency`
 */
export const avgLatency = /* @__PURE__ */ factory('avgLatency', (ms: number): Tripper => {
  checkDuration('avgLatency: ms', ms);
  return new Condition(
    ({ metric }) => (metric.avgDuration ?? 0) >= ms,
    ({ metric: { totalCount, avgDuration = 0 } }) =>
      `${String(totalCount)} calls took ${avgDuration.toFixed(0)} ms on average`,
  );
});
