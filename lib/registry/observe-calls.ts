import type { Unsubscribable } from 'rxjs';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CallObserver } from '../breaker/streams.ts';
import { reportError } from '../util/report-error.ts';
import type { CircuitView } from './circuit-view.ts';

export type { CallObserver };

/** Observes the calls of a breaker or a shadow without the cost of an event a call, none while it is disabled, until unsubscribed. */
export function observeCalls(breaker: CircuitView, observer: CallObserver): Unsubscribable {
  const { _circuit: circuit } = breaker as Partial<CircuitBreaker>;
  // A shadow has none, and a breaker of another version of the package may have none.
  if (circuit) return circuit.streams.observe(observer);
  return breaker.call$.subscribe({
    next: ({ type, state, duration, error }) => observer.settled(type, state, duration, error),
    error: reportError,
  });
}
