import type { Metric } from '../types/metric.ts';
import { frozenMap } from '../util/frozen-map.ts';
import { CountedMetric } from '../components/windows/counted-metric.ts';

/** A copy of the metric of any window, which may be the window itself, with the means and rates that it has. */
export class CopiedMetric extends CountedMetric {
  override readonly avgDuration: number | undefined;
  override readonly failureRate: number | undefined;

  constructor({ totalCount, failureCount, totalDuration, slowCounts, avgDuration, failureRate }: Metric) {
    super(totalCount, failureCount, totalDuration, frozenMap(slowCounts));
    this.avgDuration = avgDuration;
    this.failureRate = failureRate;
  }
}

/** A copy that many people may be handed, because none of them can change it. */
export function frozenCopyOf(metric: Metric): Metric {
  return Object.freeze(new CopiedMetric(metric));
}
