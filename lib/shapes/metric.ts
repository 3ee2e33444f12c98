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
  /** How many of them were slow, by threshold in ms; a threshold that no call reached is absent. */
  readonly slowCounts: ReadonlyMap<number, number>;
  /** The mean duration in ms; undefined without calls. */
  readonly avgDuration: number | undefined;
  /** The failed calls as a ratio 0..1; undefined without calls. */
  readonly failureRate: number | undefined;
  /** The calls that took at least `threshold` ms as a ratio 0..1; undefined without calls. */
  slowRate(threshold: number): number | undefined;
}

/**
 * Makes a {@link Metric} of bare counts: the means and rates are derived, the map is copied.
 *
 * @param counts the counts and the sum of durations in ms
 * @example
 * ```ts
 * import { metricOf } from 'rxjs-fluxgate';
 *
 * const metric = metricOf({ totalCount: 4, failureCount: 1, totalDuration: 100, slowCounts: new Map([[50, 2]]) });
 * console.log(metric.failureRate, metric.avgDuration, metric.slowRate(50)); // => 0.25 25 0.5
 * ```
 *
 * @see {@link SlidingWindow}
 */
export function metricOf(counts: Pick<Metric, 'totalCount' | 'failureCount' | 'totalDuration' | 'slowCounts'>): Metric {
  return new CountedMetric(counts.totalCount, counts.failureCount, counts.totalDuration, counts.slowCounts);
}

class CountedMetric implements Metric {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly totalDuration: number;
  readonly slowCounts: ReadonlyMap<number, number>;
  readonly avgDuration: number | undefined;
  readonly failureRate: number | undefined;

  constructor(total: number, failures: number, duration: number, slow: ReadonlyMap<number, number>) {
    this.totalCount = total;
    this.failureCount = failures;
    this.totalDuration = duration;
    this.slowCounts = new Map(slow);
    this.avgDuration = total > 0 ? duration / total : undefined;
    this.failureRate = total > 0 ? failures / total : undefined;
  }

  slowRate(threshold: number): number | undefined {
    return this.totalCount > 0 ? (this.slowCounts.get(threshold) ?? 0) / this.totalCount : undefined;
  }
}
