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
 * import { admitRandom, CircuitBreaker } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ permit: admitRandom(0.2) });
 * console.log(breaker.state); // => closed
 * ```
 *
 * @see {@link rampUp} with equal `initial` and `final`, which admits that share exactly
 * @see Fluxgate's `Random`
 */
export const admitRandom = /* @__PURE__ */ factory('admitRandom', (ratio: number): Permit => {
  checkRatio('admitRandom: ratio', ratio);
  return ({ random }) => random() < ratio;
});
