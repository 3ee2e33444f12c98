import { checkCount } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import { ratioOf } from './ratio-of.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds when the window has at least `count` failures, whatever share of the calls they are.
 *
 * @param count failures in the window, an integer of at least 1
 * @throws TypeError or RangeError if `count` is not such an integer
 * @example
 * ```ts
 * import { throwError } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, failureCount, timeWindow } from 'rxjs-fluxgate';
 *
 * // Two failures within ten seconds, however many calls succeed between them.
 * const breaker = new CircuitBreaker({ window: timeWindow(10_000), tripper: failureCount(2) });
 * const call$ = throwError(() => new Error('down')).pipe(circuitBreaker(breaker));
 * call$.subscribe({ error: () => console.log(breaker.info().detail) }); // => failureCount(2): 1 of 2 failures
 * call$.subscribe({ error: () => console.log(breaker.state) }); // => open
 * ```
 *
 * @see {@link failureRate}, {@link failureStreak}
 * @see Semian's `error_threshold`
 */
export const failureCount = /* @__PURE__ */ factory('failureCount', (count: number): Tripper => {
  checkCount('failureCount: count', count);
  return new Condition(
    ({ metric }) => metric.failureCount >= count,
    ({ metric }, held) => `${held ? String(metric.failureCount) : ratioOf(metric.failureCount, count)} failures`,
    { minCalls: count, onlyInTrouble: true },
  );
});
