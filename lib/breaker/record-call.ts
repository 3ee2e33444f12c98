import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Settlement } from './states/breaker-state.ts';

/** Records a call that a breaker has not admitted, as if one of its present state had just settled after `duration` ms. */
export function recordCall(
  { _circuit: circuit }: CircuitBreaker,
  settlement: Settlement,
  error: unknown,
  duration: number,
): void {
  const { clock, state } = circuit;
  if (circuit.judges(state)) circuit.settleAfter(state, undefined, settlement, error, duration, clock.now());
}
