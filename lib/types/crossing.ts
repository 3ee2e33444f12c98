import type { Metric } from './metric.ts';

/**
 * A moment at which a circuit in `metrics_only` would have opened, had it been closed; frozen.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, failureStreak, type Crossing } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ name: 'payments', tripper: failureStreak(2) });
 * breaker.metricsOnly();
 * breaker.wouldTrip$.subscribe(({ name, detail }: Crossing) => console.log(name, detail));
 * for (const status of ['502', '503']) breaker.admit().error(new Error(status));
 * // => payments failureStreak(2): 2 failures in a row
 * ```
 *
 * @see {@link CircuitBreaker.wouldTrip$}
 */
export interface Crossing {
  /** The breaker's name. */
  readonly name: string;
  /** When, in ms of the scheduler's time. */
  readonly timestamp: number;
  /** The conditions that held, with the values measured, as in {@link Signal.detail}. */
  readonly detail: string;
  /** What the window held. */
  readonly metric: Metric;
}
