import { CountedMetric } from '../components/windows/counted-metric.ts';
import type { Metric } from '../types/metric.ts';
import { toReadOnlyMap } from '../util/read-only-map.ts';

/** A copy of the metric of any window, which may be the window itself, with the means and rates that it has. */
export class CopiedMetric extends CountedMetric {
  override readonly avgDuration: number | undefined;
  override readonly failureRate: number | undefined;

  constructor(metric: Metric, slowCounts: ReadonlyMap<number, number>) {
    super(metric.totalCount, metric.failureCount, metric.totalDuration, slowCounts);
    this.avgDuration = metric.avgDuration;
    this.failureRate = metric.failureRate;
  }
}

/** A copy that many can share, because none of them can change it. */
export function toFrozenMetric(metric: Metric): Metric {
  return Object.freeze(new CopiedMetric(metric, toReadOnlyMap(metric.slowCounts)));
}
