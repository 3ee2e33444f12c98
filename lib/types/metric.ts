/**
 * What a window holds at one moment: a snapshot that later calls do not change.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type Metric } from 'rxjs-fluxgate';
 *
 * const metric: Metric = new CircuitBreaker().info().metric;
 * console.log(metric.totalCount, metric.failureRate); // => 0 undefined
 * ```
 *
 * @see {@link metricOf} for making one in a window of your own
 */
export interface Metric {
  /** How many calls the window holds. */
  readonly totalCount: number;
  /** How many of them failed. */
  readonly failureCount: number;
  /** The sum of their durations, in ms. */
  readonly totalDuration: number;
  /** How many of them were slow, by threshold in ms; a threshold that no call reached is absent. A Map, which JSON shows as `{}`. */
  readonly slowCounts: ReadonlyMap<number, number>;
  /** The mean duration in ms; undefined without calls. */
  readonly avgDuration: number | undefined;
  /** The failed calls as a ratio 0..1; undefined without calls. */
  readonly failureRate: number | undefined;
  /**
   * The calls that took at least `threshold` ms as a ratio 0..1; undefined without calls. Calls are counted at the
   * thresholds that the tripper names or has asked for; at any other it is 0.
   */
  slowRate(threshold: number): number | undefined;
}
