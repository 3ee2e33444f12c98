import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';

/**
 * What {@link exposeMetrics} takes: a breaker, a registry with the breakers that it has at any time, or some breakers.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { exposeMetrics, type Exposable } from 'rxjs-fluxgate/prometheus';
 *
 * const two: Exposable = [new CircuitBreaker({ name: 'stock' }), new CircuitBreaker({ name: 'payments' })];
 * const exposition = exposeMetrics(two);
 * console.log(exposition.closed); // => false
 * exposition.unsubscribe();
 * ```
 *
 * @see {@link exposeMetrics}
 */
export type Exposable = CircuitBreaker | CircuitBreakerRegistry | Iterable<CircuitBreaker>;
