import { isObservable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import { wrongType } from '../util/check.ts';
import type { CircuitBreakerRegistry } from './circuit-breaker-registry.ts';

/**
 * What a fleet takes: one breaker, a registry with the breakers that it has at any time, or some breakers.
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
 * @see {@link CircuitBreakerRegistry}, {@link CircuitViews}
 */
export type Breakers = CircuitBreaker | CircuitBreakerRegistry | Iterable<CircuitBreaker>;

/**
 * Returns the registry itself, or the breakers given, each once.
 *
 * @throws TypeError naming `what` if `given` is not a breaker, a registry or an iterable of breakers
 */
export function breakersOf(what: string, given: Breakers): CircuitBreakerRegistry | ReadonlySet<CircuitBreaker> {
  return toGiven(what, given, {
    isOne: isBreaker,
    isRegistry,
    one: 'a CircuitBreaker',
    all: 'a CircuitBreaker, a CircuitBreakerRegistry or an iterable of breakers',
  });
}

/** How to know what may be given, and what a message calls it. */
interface Kind<T, R extends Iterable<T>> {
  readonly isOne: (value: unknown) => value is T;
  readonly isRegistry: (value: Iterable<T>) => value is R;
  readonly one: string;
  readonly all: string;
}

/** Returns the registry given, or a set of the others. */
export function toGiven<T, R extends Iterable<T>>(
  what: string,
  given: T | Iterable<T>,
  { isOne, isRegistry, one, all }: Kind<T, R>,
): R | ReadonlySet<T> {
  if (isOne(given)) return new Set([given]);
  if (!isObject(given) || !(Symbol.iterator in given)) throw wrongType(`${what}: breakers`, all, given);
  if (isRegistry(given)) return given;
  const members = new Set(given);
  for (const member of members) {
    if (!isOne(member)) throw wrongType(`${what}: each of the breakers`, one, member);
  }
  return members;
}

// Known by their members, so that those of another copy of the package, ESM or CommonJS, are known too.

export function isBreaker(value: unknown): value is CircuitBreaker {
  return isObject(value) && typeof (value as Partial<CircuitBreaker>).admit === 'function';
}

export function isRegistry(breakers: Iterable<CircuitBreaker>): breakers is CircuitBreakerRegistry {
  const { added$, has } = breakers as Partial<CircuitBreakerRegistry>;
  return isObservable(added$) && typeof has === 'function';
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
