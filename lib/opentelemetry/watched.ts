import { from, isObservable, mergeMap, tap, type Observable } from 'rxjs';
import { ADMIT } from '../breaker/admitting.ts';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import type { CallEvent } from '../shapes/call-event.ts';
import type { Signal } from '../shapes/signal.ts';
import { wrongType } from '../support/check.ts';

const TAKES = 'a CircuitBreaker, a CircuitBreakerRegistry or an iterable of breakers';

/** One breaker or many, as they are instrumented: what they tell, and those that there are now. */
export interface Watched {
  readonly signal$: Observable<Signal>;
  readonly call$: Observable<CallEvent>;
  readonly breakers: () => Iterable<CircuitBreaker>;
}

export function watched(given: CircuitBreaker | CircuitBreakerRegistry | Iterable<CircuitBreaker>): Watched {
  if (isBreaker(given)) return those([given]);
  if (!isIterable(given)) throw wrongType('instrument: breakers', TAKES, given);
  if (isRegistry(given)) return { signal$: given.signal$, call$: given.call$, breakers: () => given };
  return those(given);
}

function those(given: Iterable<CircuitBreaker>): Watched {
  const breakers = new Set(given);
  for (const breaker of breakers) {
    if (!isBreaker(breaker)) throw wrongType('instrument: each of the breakers', 'a CircuitBreaker', breaker);
  }
  const all$ = from([...breakers]);
  return {
    signal$: all$.pipe(
      mergeMap((breaker) => breaker.signal$.pipe(tap({ complete: () => void breakers.delete(breaker) }))),
    ),
    call$: all$.pipe(mergeMap((breaker) => breaker.call$)),
    breakers: () => breakers,
  };
}

// Known by what they have, so that those of another copy of the package, ESM or CommonJS, are known too.

function isBreaker(value: unknown): value is CircuitBreaker {
  return isObject(value) && ADMIT in value;
}

function isRegistry(value: Iterable<unknown>): value is CircuitBreakerRegistry {
  const { signal$, call$ } = value as Partial<CircuitBreakerRegistry>;
  return isObservable(signal$) && isObservable(call$);
}

function isIterable(value: unknown): value is Iterable<CircuitBreaker> {
  return isObject(value) && Symbol.iterator in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
