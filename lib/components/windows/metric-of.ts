import type { Metric } from '../../types/metric.ts';
import { CountedMetric } from './counted-metric.ts';

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
  return new CountedMetric(totalCount, failureCount, totalDuration, new Map(slowCounts));
}
