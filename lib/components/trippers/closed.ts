import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds while the circuit is closed; for thresholds of the closed state alone.
 *
 * @example
 * ```ts
 * import { closed, failureStreak, halfOpened } from 'rxjs-fluxgate';
 *
 * // Five failures in a row open the circuit, one reopens it.
 * const tripper = closed().and(failureStreak(5)).or(halfOpened().and(failureStreak(1)));
 * console.log(String(tripper)); // => closed().and(failureStreak(5)).or(halfOpened().and(failureStreak(1)))
 * ```
 *
 * @see {@link halfOpened}
 * @see Fluxgate's `Closed`
 */
export const closed = /* @__PURE__ */ factory(
  'closed',
  (): Tripper => new Condition(({ state }) => state === 'closed'),
);
