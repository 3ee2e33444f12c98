import { checkCount } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import { ratioOf } from './ratio-of.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds after `count` failures in a row since the circuit changed its state.
 *
 * @param count failures, an integer of at least 1
 * @throws TypeError or RangeError if `count` is not such an integer
 * @example
 * ```ts
 * import { throwError } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
 * const call$ = throwError(() => new Error('down')).pipe(circuitBreaker(breaker));
 * call$.subscribe({ error: () => console.log(breaker.state) }); // => closed
 * call$.subscribe({ error: () => console.log(breaker.state) }); // => open
 * ```
 *
 * @see {@link successStreak}, {@link failureRate}
 * @see Fluxgate's `FailureStreak`, cockatiel's `ConsecutiveBreaker`
 */
export const failureStreak = /* @__PURE__ */ factory('failureStreak', (count: number): Tripper => {
  checkCount('failureStreak: count', count);
  return new Condition(
    ({ consecutiveFailures }) => consecutiveFailures >= count,
    ({ consecutiveFailures: streak }, held) => `${held ? String(streak) : ratioOf(streak, count)} failures in a row`,
    { onlyInTrouble: true },
  );
});
