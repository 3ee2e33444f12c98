import type { State } from './state.ts';

/**
 * The state of a breaker as plain JSON, for {@link restore} in another process or another moment.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, snapshotOf, type BreakerSnapshot } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ name: 'payments' });
 * breaker.forceOpen('maintenance');
 * const snapshot: BreakerSnapshot = snapshotOf(breaker);
 * console.log(snapshot.state, snapshot.detail); // => forced_open forceOpen(): maintenance
 * ```
 *
 * @see {@link snapshotOf}, {@link restore}
 */
export interface BreakerSnapshot {
  /** The version of this format; {@link restore} refuses any other. */
  readonly version: 1;
  /** The breaker's name. */
  readonly name: string;
  /** The breaker's state. */
  readonly state: State;
  /** When the snapshot was taken, in ms of the scheduler's time. */
  readonly takenAt: number;
  /** When the breaker entered its state, in ms of the scheduler's time. */
  readonly changedAt: number;
  /** How long ago that was, in ms. */
  readonly age: number;
  /** How many times the circuit has reopened since it was last closed, a count. */
  readonly reopens: number;
  /** How long the circuit still waits, in ms, 0 if it is due; null if it is not open or has no finite wait. */
  readonly wait: number | null;
  /** Why the breaker entered its state, as in {@link Signal.detail}, at most 10,000 characters; empty before the first change. */
  readonly detail: string;
}
