import { factory } from '../../util/factory.ts';
import type { Permit } from './permit.ts';

/**
 * A permit that admits every call, so that `maxProbes` alone bounds the probes; the default of the breaker.
 *
 * @example
 * ```ts
 * import { admitAll, CircuitBreaker } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ permit: admitAll(), maxProbes: 1 });
 * console.log(breaker.state); // => closed
 * ```
 *
 * @see {@link admitRandom}, {@link rampUp}
 */
export const admitAll = /* @__PURE__ */ factory('admitAll', (): Permit => () => true);
