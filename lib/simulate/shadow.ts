import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import { wrongType } from '../util/check.ts';
import { BreakerShadow, checkShadowOptions, schedulerOf } from './breaker-shadow.ts';
import { RegistryShadow } from './registry-shadow.ts';
import type { Shadow, ShadowRegistry } from './shadow-types.ts';

/**
 * Lets another configuration follow the real calls of a breaker or a registry: it has a state, signals and an `info()`, and
 * counts what it would have rejected. It affects no call.
 *
 * *Details.* Each call counts when it ends, with its true duration, judged by the shadow's own tracker. Whether it would have
 * been rejected goes by the state of the shadow when the call began. What it would have let through before a change of its
 * state is not recorded, as any stale call. Its scheduler is its source's unless its options name one. It ends with its
 * source.
 *
 * *Gotchas.* What the real circuit rejects is unknown: shadow a stricter configuration, or set the real circuit to
 * `metricsOnly()`. Calls arrive ended, so half-open the permit is asked in the order of ends, and `maxProbes` and
 * `probeTimeout` cannot bind.
 *
 * @param source the breaker whose calls it follows, or the registry
 * @param options the configuration to try; for a registry it may depend on the name of the circuit
 * @throws TypeError or RangeError if `source` is neither, or for options that are wrong
 * @example
 * ```ts
 * import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 * import { shadow } from 'rxjs-fluxgate/simulate';
 * import { throwError } from 'rxjs';
 *
 * const payments = new CircuitBreaker({ name: 'payments', tripper: failureStreak(20) });
 * const stricter = shadow(payments, { tripper: failureStreak(2) });
 * stricter.signal$.subscribe(({ name, newState, detail }) => console.log(name, newState, detail));
 *
 * const down$ = throwError(() => new Error('503')).pipe(circuitBreaker(payments));
 * for (let i = 0; i < 5; i++) down$.subscribe({ error: () => undefined });
 * // => payments (shadow) open failureStreak(2): 2 failures in a row
 * console.log(payments.state, stricter.counts.met, stricter.counts.spared); // => closed 2 3
 * ```
 *
 * @see {@link simulate}, which asks the same of recorded calls
 */
export function shadow(source: CircuitBreaker, options: CircuitBreakerOptions): Shadow;
export function shadow(
  source: CircuitBreakerRegistry,
  options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions),
): ShadowRegistry;
export function shadow(
  source: CircuitBreaker | CircuitBreakerRegistry,
  options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions),
): Shadow | ShadowRegistry {
  const given: unknown = source;
  if (typeof given !== 'object' || given === null || !('admit' in given || 'added$' in given)) {
    throw wrongType('shadow: source', 'a CircuitBreaker or a CircuitBreakerRegistry', source);
  }
  const isRegistry = Symbol.iterator in source;
  if (!(isRegistry && typeof options === 'function')) checkShadowOptions(options);
  if (isRegistry) return new RegistryShadow(source, options);
  return new BreakerShadow(source.name, source.call$, schedulerOf(source), options as CircuitBreakerOptions);
}
