import type { CallRecord } from '../../types/call-record.ts';
import type { Metric } from '../../types/metric.ts';
import { ExactSum } from '../../util/exact-sum.ts';
import { CountedMetric } from './counted-metric.ts';

/** Shared by totals without slow calls; never handed to users. */
const NONE: ReadonlyMap<number, number> = new Map();

/** Running totals of calls that come and go: a metric that is live, for the package's own trippers. */
export class LiveTotals implements Metric {
  totalCount = 0;
  failureCount = 0;
  private readonly _duration = new ExactSum();
  /** Undefined until a call is slow. */
  private _slow: Map<number, number> | undefined = undefined;

  get totalDuration(): number {
    return this._duration.value;
  }

  get slowCounts(): ReadonlyMap<number, number> {
    return this._slow ?? NONE;
  }

  get avgDuration(): number | undefined {
    return this.totalCount > 0 ? this._duration.value / this.totalCount : undefined;
  }

  get failureRate(): number | undefined {
    return this.totalCount > 0 ? this.failureCount / this.totalCount : undefined;
  }

  slowRate(threshold: number): number | undefined {
    return this.totalCount > 0 ? (this._slow?.get(threshold) ?? 0) / this.totalCount : undefined;
  }

  add({ success, duration, slowAt }: CallRecord): void {
    this.totalCount++;
    if (!success) this.failureCount++;
    this._duration.add(duration);
    if (slowAt.length > 0) this._addSlow(slowAt, 1);
  }

  remove(success: boolean, duration: number, slowAt: readonly number[]): void {
    this.totalCount--;
    if (!success) this.failureCount--;
    this._duration.add(-duration);
    if (slowAt.length > 0) this._addSlow(slowAt, -1);
  }

  removeAll(others: LiveTotals): void {
    this.totalCount -= others.totalCount;
    this.failureCount -= others.failureCount;
    this._duration.subtract(others._duration);
    others._slow?.forEach((count, threshold) => this._addSlow([threshold], -count));
  }

  clear(): void {
    this.totalCount = 0;
    this.failureCount = 0;
    this._duration.clear();
    this._slow = undefined;
  }

  /** A copy that later calls do not change. */
  snapshot(): Metric {
    return new CountedMetric(this.totalCount, this.failureCount, this._duration.value, new Map(this._slow));
  }

  private _addSlow(thresholds: readonly number[], count: number): void {
    const counts = (this._slow ??= new Map<number, number>());
    for (const threshold of thresholds) {
      const sum = (counts.get(threshold) ?? 0) + count;
      if (sum > 0) counts.set(threshold, sum);
      else counts.delete(threshold);
    }
  }
}
