import type { CallRecord } from '../../types/call-record.ts';
import type { Metric } from '../../types/metric.ts';
import { ExactSum } from '../../util/exact-sum.ts';
import { frozenMap } from '../../util/frozen-map.ts';
import { CountedMetric, NO_SLOW_COUNTS } from './counted-metric.ts';

/** Running totals of calls that come and go. */
export class Totals {
  #count = 0;
  #failures = 0;
  readonly #duration = new ExactSum();
  /** Handed out with each metric, so it is replaced when a count changes: slow calls are rarer than calls. */
  #slow = NO_SLOW_COUNTS;

  add(record: Omit<CallRecord, 'timestamp'>): void {
    this.#count++;
    if (!record.success) this.#failures++;
    this.#duration.add(record.duration);
    this.#addSlow(record.slowAt, 1);
  }

  remove(success: boolean, duration: number, slowAt: readonly number[]): void {
    this.#count--;
    if (!success) this.#failures--;
    this.#duration.add(-duration);
    this.#addSlow(slowAt, -1);
  }

  removeAll(others: Totals): void {
    this.#count -= others.#count;
    this.#failures -= others.#failures;
    this.#duration.subtract(others.#duration);
    for (const [threshold, count] of others.#slow) this.#addSlow([threshold], -count);
  }

  metric(): Metric {
    return new CountedMetric(this.#count, this.#failures, this.#duration.value, this.#slow);
  }

  #addSlow(thresholds: readonly number[], count: number): void {
    if (thresholds.length === 0) return;
    const counts = new Map(this.#slow);
    for (const threshold of thresholds) {
      const sum = (counts.get(threshold) ?? 0) + count;
      if (sum > 0) counts.set(threshold, sum);
      else counts.delete(threshold);
    }
    this.#slow = frozenMap(counts);
  }
}
