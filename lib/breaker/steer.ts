import type { Circuit } from './circuit.ts';
import type { Steering } from './membership.ts';

/**
 * Puts a circuit into the state of its fleet, or changes when an open one is due, without asking the retry. A state is
 * known by its name, because the circuit may be of another copy of the package.
 */
export function steer(circuit: Circuit, steering: Steering): void {
  const { state: to, detail, wait, reopens } = steering;
  const { state } = circuit;
  if (state.name !== to) return circuit.change({ to, reason: 'fleet', detail, cause: undefined, steering });
  if (to !== 'open') return;
  circuit.reopens = reopens ?? circuit.reopens;
  if (wait !== undefined) state.timer?.postpone(wait);
}
