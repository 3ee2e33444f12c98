import { checkRatio } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import type { Permit } from './permit.ts';

/**
 * A permit that admits each call with a chance of `ratio`: `random() < ratio`.
 *
 * @param ratio above 0 and at most 1
 * @throws TypeError or RangeError if `ratio` is not such a number
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { admitRandom, CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
 *
 * const draws = [0.1, 0.5, 0.9];
 * const breaker = new CircuitBreaker({ permit: admitRandom(0.2), random: () => draws.shift() ?? 1 });
 * breaker.halfOpen();
 * for (let i = 0; i < 3; i++) NEVER.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
 * console.log(breaker.info().inFlight, breaker.info().rejected); // => 1 2
 * ```
 *
 * @see {@link rampUp} with equal `initial` and `final`, which admits that share exactly
 * @see Fluxgate's `Random`
 */
export const admitRandom = /* @__PURE__ */ factory('admitRandom', (ratio: number): Permit => {
  checkRatio('admitRandom: ratio', ratio);
  return ({ random }) => random() < ratio;
});
