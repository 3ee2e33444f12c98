import type { Metric } from '../shapes/metric.ts';
import { frozenMap } from '../support/frozen-map.ts';

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
export function metricOf({
  totalCount,
  failureCount,
  totalDuration,
  slowCounts,
}: Pick<Metric, 'totalCount' | 'failureCount' | 'totalDuration' | 'slowCounts'>): Metric {
  return new CountedMetric(totalCount, failureCount, totalDuration, frozenMap(slowCounts));
}

export class CountedMetric implements Metric {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly totalDuration: number;
  readonly slowCounts: ReadonlyMap<number, number>;
  readonly avgDuration: number | undefined;
  readonly failureRate: number | undefined;

  /** Takes the map as it is, so nobody may change it any more. */
  constructor(
    totalCount: number,
    failureCount: number,
    totalDuration: number,
    slowCounts: ReadonlyMap<number, number>,
  ) {
    this.totalCount = totalCount;
    this.failureCount = failureCount;
    this.totalDuration = totalDuration;
    this.slowCounts = slowCounts;
    this.avgDuration = totalCount > 0 ? totalDuration / totalCount : undefined;
    this.failureRate = totalCount > 0 ? failureCount / totalCount : undefined;
  }

  slowRate(threshold: number): number | undefined {
    return this.totalCount > 0 ? (this.slowCounts.get(threshold) ?? 0) / this.totalCount : undefined;
  }
}
