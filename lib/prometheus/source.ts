import { from, mergeMap, tap, type Observable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import type { CallEvent } from '../shapes/call-event.ts';
import type { Signal } from '../shapes/signal.ts';
import { wrongType } from '../support/check.ts';
import type { Exposable } from './exposable.ts';

/** Breakers that come and go, and what they tell. */
export interface Source {
  /** Those there are now. */
  readonly breakers: () => Iterable<CircuitBreaker>;
  /** Completes when there will be no more of them. */
  readonly signal$: Observable<Signal>;
  readonly call$: Observable<CallEvent>;
}

export function sourceOf(exposable: Exposable): Source {
  if (isBreaker(exposable)) return sourceOfSome([exposable]);
  if (isRegistry(exposable)) {
    return { breakers: () => exposable, signal$: exposable.signal$, call$: exposable.call$ };
  }
  if (typeof (exposable as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') throw wrong(exposable);
  const breakers = [...exposable];
  for (const breaker of breakers) if (!isBreaker(breaker)) throw wrong(breaker);
  return sourceOfSome(breakers);
}

function sourceOfSome(breakers: Iterable<CircuitBreaker>): Source {
  const kept = new Set(breakers);
  const all = [...kept];
  return {
    breakers: () => kept,
    signal$: from(all).pipe(
      mergeMap((breaker) => breaker.signal$.pipe(tap({ complete: () => void kept.delete(breaker) }))),
    ),
    call$: from(all).pipe(mergeMap((breaker) => breaker.call$)),
  };
}

// By their members, because they may be of another copy of the package.

function isBreaker(value: unknown): value is CircuitBreaker {
  return typeof (value as Partial<CircuitBreaker> | null | undefined)?.info === 'function';
}

function isRegistry(value: Exposable): value is CircuitBreakerRegistry {
  return typeof value === 'object' && (value as object | null) !== null && 'signal$' in value;
}

function wrong(got: unknown): TypeError {
  return wrongType(
    'exposeMetrics: breakers',
    'a CircuitBreaker, a CircuitBreakerRegistry or an iterable of breakers',
    got,
  );
}
