import { isObservable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import { wrongType } from '../util/check.ts';
import type { CircuitBreakerRegistry } from './circuit-breaker-registry.ts';

/**
 * What integrations take: one breaker, a registry with the breakers that it has at any time, or some breakers.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, CircuitBreakerRegistry, type Breakers } from 'rxjs-fluxgate';
 *
 * const [stock, payments] = [new CircuitBreaker({ name: 'stock' }), new CircuitBreaker({ name: 'payments' })];
 * const choices: Breakers[] = [stock, [stock, payments], new CircuitBreakerRegistry()];
 * console.log(choices.length); // => 3
 * ```
 *
 * @see {@link CircuitBreakerRegistry}
 */
export type Breakers = CircuitBreaker | CircuitBreakerRegistry | Iterable<CircuitBreaker>;

/**
 * Returns the registry itself, or the breakers given, each once.
 *
 * @throws TypeError naming `what` if `given` is not a breaker, a registry or an iterable of breakers
 */
export function breakersOf(what: string, given: Breakers): CircuitBreakerRegistry | ReadonlySet<CircuitBreaker> {
  if (isBreaker(given)) return new Set([given]);
  if (!isObject(given) || !(Symbol.iterator in given)) {
    throw wrongType(
      `${what}: breakers`,
      'a CircuitBreaker, a CircuitBreakerRegistry or an iterable of breakers',
      given,
    );
  }
  if (isRegistry(given)) return given;
  const breakers = new Set(given);
  for (const breaker of breakers) {
    if (!isBreaker(breaker)) throw wrongType(`${what}: each of the breakers`, 'a CircuitBreaker', breaker);
  }
  return breakers;
}

// Known by their members, so that those of another copy of the package, ESM or CommonJS, are known too.

function isBreaker(value: unknown): value is CircuitBreaker {
  return isObject(value) && typeof (value as Partial<CircuitBreaker>).admit === 'function';
}

export function isRegistry(breakers: Iterable<CircuitBreaker>): breakers is CircuitBreakerRegistry {
  return isObservable((breakers as Partial<CircuitBreakerRegistry>).added$);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
