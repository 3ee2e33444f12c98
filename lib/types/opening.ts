import type { SchedulerLike } from 'rxjs';
import type { Metric } from './metric.ts';

/**
 * The opening that a retry decides about; frozen.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, failureStreak, type Opening } from 'rxjs-fluxgate';
 *
 * // A second for each failure that the window held.
 * const retry = ({ metric }: Opening) => 1_000 * metric.failureCount;
 * const breaker = new CircuitBreaker({ retry, tripper: failureStreak(3) });
 * for (let i = 0; i < 3; i++) breaker.admit().error(new Error('503'));
 * const { retryAt = 0, changedAt } = breaker.info();
 * console.log(retryAt - changedAt); // => 3000
 * ```
 *
 * @see {@link Retry}
 */
export interface Opening {
  /** When the circuit opened, in ms of the scheduler's time. */
  readonly changedAt: number;
  /** How many times it has reopened from half-open since it was last closed; 0 at the first opening. */
  readonly reopens: number;
  /** What tripped it, as in {@link Signal.cause}. */
  readonly cause: unknown;
  /** What the window held when it tripped, as in {@link Signal.metric}. */
  readonly metric: Metric;
  /** The breaker's source of randomness, in [0, 1). */
  readonly random: () => number;
  /** The breaker's scheduler. */
  readonly scheduler: SchedulerLike;
  /**
   * Receives what a health check returned: a simulation refuses promises.
   *
   * @internal
   */
  readonly _onCheck?: ((health: unknown) => void) | undefined;
}
