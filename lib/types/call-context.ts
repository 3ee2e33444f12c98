import type { Metric } from './metric.ts';
import type { State } from './state.ts';

/**
 * The input of a tripper or a recovery, after each recorded outcome; a copy.
 *
 * @example
 * ```ts
 * import { Tripper, type CallContext } from 'rxjs-fluxgate';
 *
 * const tenFailures = ({ failures }: CallContext) => failures >= 10;
 * console.log(String(Tripper.from(tenFailures))); // => Tripper.from(tenFailures)
 * ```
 *
 * @see {@link Tripper}
 * @see {@link Recovery}
 */
export interface CallContext {
  /** What the window holds, the call that has just settled included. */
  readonly metric: Metric;
  /** The circuit's state: `closed` or `half_open`. */
  readonly state: State;
  /** How the call that has just settled ended. */
  readonly outcome: 'success' | 'failure';
  /** The tracked error or the failing value of that call, so that a single 429 can open; undefined after a success. */
  readonly cause: unknown;
  /** How long that call took, in ms. */
  readonly duration: number;
  /** Failures in a row, up to now; 0 after a success. */
  readonly consecutiveFailures: number;
  /** Successes in a row, up to now; 0 after a failure. */
  readonly consecutiveSuccesses: number;
  /** Successes recorded since the state was entered, whatever the window still holds. */
  readonly successes: number;
  /** Failures recorded since the state was entered, whatever the window still holds. */
  readonly failures: number;
  /**
   * Calls recorded since the state was entered that took the {@link Recovery.slowAfter} of the recovery or longer,
   * whatever the window still holds; 0 if it names none.
   */
  readonly slow: number;
  /** When the state was entered, in ms of the scheduler's time. */
  readonly changedAt: number;
  /** Now, in ms of the scheduler's time; never before `changedAt`. */
  readonly now: number;
  /** Unsettled calls admitted since the state was entered, without the one that has just settled. */
  readonly inFlight: number;
  /** In the tripper of a fleet: members alive, a count. Undefined in a breaker. */
  readonly members?: number | undefined;
  /** In the tripper of a fleet: members that have opened of their own accord, a count. Undefined in a breaker. */
  readonly openMembers?: number | undefined;
}
