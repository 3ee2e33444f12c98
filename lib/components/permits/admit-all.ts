import type { Permit } from './permit.ts';

/**
 * A permit that admits every call, so that `maxProbes` alone bounds the probes.
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
export function admitAll(): Permit {
  return () => true;
}
