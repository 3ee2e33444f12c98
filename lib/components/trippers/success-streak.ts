import { checkCount } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import { ratioOf } from './ratio-of.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds after `count` successes in a row since the circuit changed its state; negated, it asks for that
 * many before it lets go.
 *
 * @param count successes, an integer of at least 1
 * @throws TypeError or RangeError if `count` is not such an integer
 * @example
 * ```ts
 * import { failureRate, successStreak } from 'rxjs-fluxgate';
 *
 * // However bad the rate, a dependency that has just answered three times in a row is not down.
 * const tripper = failureRate(0.5).and(successStreak(3).not());
 * console.log(String(tripper)); // => failureRate(0.5).and(successStreak(3).not())
 * ```
 *
 * @see {@link failureStreak}
 */
export const successStreak = /* @__PURE__ */ factory('successStreak', (count: number): Tripper => {
  checkCount('successStreak: count', count);
  return new Condition(
    ({ consecutiveSuccesses }) => consecutiveSuccesses >= count,
    ({ consecutiveSuccesses: streak }, held) => `${held ? String(streak) : ratioOf(streak, count)} successes in a row`,
  );
});
