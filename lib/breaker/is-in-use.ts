import type { CircuitBreaker } from './circuit-breaker.ts';

/** Whether a call is in flight, the circuit waits, or a command keeps it as it is: it must not be forgotten. */
export function isInUse({ _circuit: circuit }: CircuitBreaker): boolean {
  const { clock, state } = circuit;
  if (state.name === 'closed' || state.name === 'half_open') return state.inFlight > 0;
  if (state.timer) return clock.now() < state.timer.dueAt;
  return !circuit.disposed;
}
