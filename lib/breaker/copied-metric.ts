import type { Metric } from '../shapes/metric.ts';
import { frozenMap } from '../support/frozen-map.ts';

/** A copy of the metric of any window. */
export class CopiedMetric implements Metric {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly totalDuration: number;
  readonly slowCounts: ReadonlyMap<number, number>;
  readonly avgDuration: number | undefined;
  readonly failureRate: number | undefined;

  constructor(original: Metric, slowCounts: ReadonlyMap<number, number> = original.slowCounts) {
    this.totalCount = original.totalCount;
    this.failureCount = original.failureCount;
    this.totalDuration = original.totalDuration;
    this.slowCounts = slowCounts;
    this.avgDuration = original.avgDuration;
    this.failureRate = original.failureRate;
  }

  slowRate(threshold: number): number | undefined {
    return this.totalCount > 0 ? (this.slowCounts.get(threshold) ?? 0) / this.totalCount : undefined;
  }
}

/** A copy that many people may be handed, because none of them can change it. */
export function frozenCopyOf(metric: Metric): Metric {
  return Object.freeze(new CopiedMetric(metric, frozenMap(metric.slowCounts)));
}
