import { from, mergeMap, tap, type Observable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { Signal } from '../types/signal.ts';
import { breakersOf, isRegistry, type Breakers } from './breakers.ts';

/** One breaker or many, alike: those that there are now, and what they tell. */
export interface BreakerGroup {
  readonly breakers: () => Iterable<CircuitBreaker>;
  /** Completes when all are disposed and there will be no more. */
  readonly signal$: Observable<Signal>;
  readonly call$: Observable<CallEvent>;
}

/** Throws a TypeError that says `what` was given what is no breakers. */
export function groupOf(what: string, given: Breakers): BreakerGroup {
  const breakers = breakersOf(what, given);
  if (isRegistry(breakers)) return { breakers: () => breakers, signal$: breakers.signal$, call$: breakers.call$ };
  const left = new Set(breakers);
  const all$ = from(breakers);
  return {
    breakers: () => left,
    signal$: all$.pipe(mergeMap((breaker) => breaker.signal$.pipe(tap({ complete: () => void left.delete(breaker) })))),
    call$: all$.pipe(mergeMap((breaker) => breaker.call$)),
  };
}
