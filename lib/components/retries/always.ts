import { factory } from '../../util/factory.ts';
import type { Retry } from './retry.ts';

/**
 * A retry that is due at once: the next call after a trip already is a probe.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { always, CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ retry: always() });
 * breaker.trip();
 * of(1).pipe(circuitBreaker(breaker)).subscribe();
 * console.log(breaker.state); // => half_open
 * ```
 *
 * @see {@link never}, {@link cooldown}
 * @see Fluxgate's `Always`
 */
export const always = /* @__PURE__ */ factory('always', (): Retry => () => 0);
