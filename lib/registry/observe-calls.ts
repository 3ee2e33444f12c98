import type { Unsubscribable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { State } from '../types/state.ts';
import { reportError } from '../util/report-error.ts';

/** Gets each settled call and each rejection, at once and without an event being made; must not throw. */
export interface CallObserver {
  /** @param error that of a failure or of a rejection */
  settled(type: CallEvent['type'], state: State, duration: number, error?: unknown): void;
}

/** Observes the calls of a breaker, none while it is disabled, until it is unsubscribed. */
export function observeCalls(breaker: CircuitBreaker, observer: CallObserver): Unsubscribable {
  // A breaker of another version of the package may lack it.
  if (typeof (breaker as Partial<CircuitBreaker>)._observe === 'function') return breaker._observe(observer);
  return breaker.call$.subscribe({
    next: ({ type, state, duration, error }) => observer.settled(type, state, duration, error),
    error: reportError,
  });
}
