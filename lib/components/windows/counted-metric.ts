import type { Metric } from '../../types/metric.ts';

/** A metric of bare counts, from which the means and rates are derived. */
export class CountedMetric implements Metric {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly totalDuration: number;
  readonly slowCounts: ReadonlyMap<number, number>;
  readonly avgDuration: number | undefined;
  readonly failureRate: number | undefined;

  /** Takes the map as it is, which must not change any more. */
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
