import { factory } from '../../util/factory.ts';
import type { Permit } from './permit.ts';

/**
 * A permit that admits every call, so that `maxProbes` alone bounds the probes; the default of the breaker.
 *
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { admitAll, CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ permit: admitAll(), maxProbes: 2 });
 * breaker.halfOpen();
 * for (let i = 0; i < 3; i++) NEVER.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
 * console.log(breaker.info().inFlight, breaker.info().rejected); // => 2 1
 * ```
 *
 * @see {@link admitRandom}, {@link rampUp}
 */
export const admitAll = /* @__PURE__ */ factory('admitAll', (): Permit => () => true);
