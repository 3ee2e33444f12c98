import type { FleetState } from './record.ts';

/**
 * How a circuit stands with its fleet, as this process knows it.
 *
 * @example
 * ```ts
 * import { lastValueFrom } from 'rxjs';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { joinFleet, memoryStore } from 'rxjs-fluxgate/fleet';
 *
 * const fleet = joinFleet(new CircuitBreaker({ name: 'stock' }), { store: memoryStore(), id: 'pod-7' });
 * const [status] = await lastValueFrom(fleet.sync());
 * console.log(status?.circuit, status?.linked, status?.state, status?.members); // => stock true closed 1
 * fleet.unsubscribe();
 * ```
 *
 * @see {@link Fleet.status}
 */
export interface FleetStatus {
  /** The name of the circuit. */
  readonly circuit: string;
  /** Whether the engine answered last. */
  readonly linked: boolean;
  /** The state of the record; `closed` if there is none. A fleet that probes is `open`. */
  readonly state: FleetState;
  /** The epoch of the record; 0 if there is none. */
  readonly epoch: number;
  /** Members alive at the last answer, a count. */
  readonly members: number;
  /** Of those, how many had opened of their own accord, a count. */
  readonly open: number;
  /** The id of the member that holds the lease to probe, if one does. */
  readonly prober: string | undefined;
  /** Why it is not linked, if it is not. */
  readonly error: unknown;
}
