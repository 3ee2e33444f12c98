import type { CircuitBreaker } from './circuit-breaker.ts';
import { Closed } from './states/closed.ts';
import { HalfOpen } from './states/half-open.ts';
import { Open } from './states/open.ts';

/** Whether a call is in flight, the circuit waits, or a command keeps it as it is: it must not be forgotten. */
export function isInUse({ _circuit: circuit }: CircuitBreaker): boolean {
  const { state, parts } = circuit;
  if (state instanceof Closed || state instanceof HalfOpen) return state.inFlight > 0;
  if (state instanceof Open) return parts.clock.now() < state.timer.dueAt;
  return !circuit.disposed;
}
