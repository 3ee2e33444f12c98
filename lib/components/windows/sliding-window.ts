import type { CallRecord } from '../../types/call-record.ts';
import type { Metric } from '../../types/metric.ts';

/**
 * What the breaker remembers of recent calls; implement it for a window of your own.
 *
 * It is given times that never go back: the scheduler's, as long as its clock does not. What it throws reaches the subscriber whose call was recorded.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, metricOf, type CallRecord, type SlidingWindow } from 'rxjs-fluxgate';
 *
 * // Only the last call counts.
 * class LastCall implements SlidingWindow {
 *   readonly capacity = 1;
 *   #last: CallRecord | undefined;
 *   record(record: CallRecord) {
 *     this.#last = record;
 *   }
 *   getMetric() {
 *     const last = this.#last;
 *     return metricOf({
 *       totalCount: last ? 1 : 0,
 *       failureCount: last?.success === false ? 1 : 0,
 *       totalDuration: last?.duration ?? 0,
 *       slowCounts: new Map(last?.slowAt.map((threshold) => [threshold, 1])),
 *     });
 *   }
 *   reset() {
 *     this.#last = undefined;
 *   }
 * }
 *
 * const breaker = new CircuitBreaker({ window: () => new LastCall(), tripper: ({ metric }) => metric.failureRate === 1 });
 * console.log(breaker.info().metric.totalCount); // => 0
 * ```
 *
 * @see {@link countWindow}
 * @see {@link timeWindow}
 */
export interface SlidingWindow {
  /** The most calls it can ever hold, if there is a limit; a `minRequests` above it is refused. */
  readonly capacity?: number | undefined;
  /** Takes in one settled call. */
  record(record: CallRecord): void;
  /** A snapshot of what it holds at `now`, in ms of the time that records carry. */
  getMetric(now: number): Metric;
  /** Forgets everything. */
  reset(): void;
  /**
   * The counts themselves, as they are right after a record; for trippers of the package. Absent from users' windows.
   *
   * @internal
   */
  readonly _live?: Metric;
}
