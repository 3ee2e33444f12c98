import type { CallRecord } from '../shapes/call-record.ts';
import type { Metric } from '../shapes/metric.ts';
import { ExactSum } from '../support/exact-sum.ts';
import { metricOf } from './metric-of.ts';

/** Running totals of calls that come and go. */
export class Totals {
  #count = 0;
  #failures = 0;
  readonly #duration = new ExactSum();
  readonly #slow = new Map<number, number>();

  add({ success, duration, slowAt }: CallRecord): void {
    this.#count++;
    if (!success) this.#failures++;
    this.#duration.add(duration);
    for (const threshold of slowAt) this.#addSlow(threshold, 1);
  }

  remove({ success, duration, slowAt }: CallRecord): void {
    this.#count--;
    if (!success) this.#failures--;
    this.#duration.add(-duration);
    for (const threshold of slowAt) this.#addSlow(threshold, -1);
  }

  removeAll(others: Totals): void {
    this.#count -= others.#count;
    this.#failures -= others.#failures;
    this.#duration.subtract(others.#duration);
    for (const [threshold, count] of others.#slow) this.#addSlow(threshold, -count);
  }

  metric(): Metric {
    return metricOf({
      totalCount: this.#count,
      failureCount: this.#failures,
      totalDuration: this.#duration.value,
      slowCounts: this.#slow,
    });
  }

  #addSlow(threshold: number, count: number): void {
    const sum = (this.#slow.get(threshold) ?? 0) + count;
    if (sum > 0) this.#slow.set(threshold, sum);
    else this.#slow.delete(threshold);
  }
}
