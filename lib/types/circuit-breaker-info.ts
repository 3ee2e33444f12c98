import type { Metric } from './metric.ts';
import type { Signal } from './signal.ts';
import type { State } from './state.ts';

/**
 * A breaker at one moment, for dashboards and health checks; frozen.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type CircuitBreakerInfo } from 'rxjs-fluxgate';
 *
 * const { name, state, inFlight, rejected }: CircuitBreakerInfo = new CircuitBreaker({ name: 'stock' }).info();
 * console.log(name, state, inFlight, rejected); // => stock closed 0 0
 * ```
 *
 * @see {@link CircuitBreaker.info}
 */
export interface CircuitBreakerInfo {
  /** The breaker's name. */
  readonly name: string;
  /** Its state. */
  readonly state: State;
  /** When it entered that state, in ms of the scheduler's time. */
  readonly changedAt: number;
  /** How many times it has reopened from half-open since it was last closed. */
  readonly reopens: number;
  /** What its window holds now; every state change empties it. */
  readonly metric: Metric;
  /** The unsettled calls admitted since it entered that state. */
  readonly inFlight: number;
  /** The calls rejected since the breaker was made. */
  readonly rejected: number;
  /**
   * The calls ignored since the breaker was made, also those of an earlier state, but none while `disabled`: a tracker
   * that matches nothing shows here.
   */
  readonly ignored: number;
  /** When it will be tried again, in ms of the scheduler's time; undefined unless open with a finite wait. */
  readonly retryAt: number | undefined;
  /**
   * The conditions of the tripper with the values measured now, whether they hold or not:
   * `minRequests(20): 12 of 20 calls, failureRate(0.5): 3 of 12 failed (0.25)`. It shows why a circuit does not open.
   */
  readonly detail: string;
  /** The last state change; undefined before the first. */
  readonly lastSignal: Signal | undefined;
}
