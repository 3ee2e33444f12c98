import type { Metric } from './metric.ts';
import type { State } from './state.ts';

/**
 * One state change, as `signal$` and the listeners get it; frozen.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type Signal } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ name: 'payments' });
 * const print = ({ name, oldState, newState, reason }: Signal) => console.log(name, oldState, newState, reason);
 * breaker.signal$.subscribe(print);
 * breaker.forceOpen(); // => payments closed forced_open manual
 * ```
 *
 * @see {@link CircuitBreaker.signal$}
 * @see {@link Listener}
 */
export interface Signal {
  /** The breaker's name. */
  readonly name: string;
  /** The state left. */
  readonly oldState: State;
  /** The state entered. */
  readonly newState: State;
  /** When, in ms of the scheduler's time. */
  readonly timestamp: number;
  /** Why: the tripper or recovery opened it, its retry was due, the recovery closed it, a command, or its fleet. */
  readonly reason: 'tripped' | 'retry' | 'recovered' | 'manual' | 'fleet';
  /**
   * The reason for people: for a trip the conditions that held, with the values measured
   * (`failureRate(0.5): 31 of 48 calls failed (0.65)`), for a command the text given to it
   * (`forceOpen(): maintenance until 14:00`).
   */
  readonly detail: string;
  /** What the window held when the state changed, before it was cleared. */
  readonly metric: Metric;
  /** When the circuit will be tried again, in ms of the scheduler's time; undefined unless open with a finite wait. */
  readonly retryAt: number | undefined;
  /**
   * What tripped the circuit: the tracked error or the value classified as a failure, RxJS's `TimeoutError` for a
   * probe that ran out of time; otherwise undefined. JSON shows an Error as `{}`.
   */
  readonly cause: unknown;
}
