import type { CallRecord } from '../shapes/call-record.ts';
import type { Metric } from '../shapes/metric.ts';
import { checkCount } from '../support/check.ts';
import type { SlidingWindow } from './sliding-window.ts';
import { Totals } from './totals.ts';

/**
 * A window of the last `size` calls.
 *
 * Recording takes the same time whatever the size, and memory grows with the calls recorded, up to the size.
 *
 * @param size count of calls, an integer of at least 1
 * @returns a factory, so that options can be reused: each breaker makes its own window
 * @throws TypeError or RangeError if `size` is not such an integer
 * @example
 * ```ts
 * import { CircuitBreaker, countWindow, failureRate, halfOpened, minRequests } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({
 *   window: countWindow(20),
 *   tripper: failureRate(0.5).and(minRequests(10).or(halfOpened())),
 * });
 * console.log(breaker.info().metric.totalCount); // => 0
 * ```
 *
 * @see {@link timeWindow}
 * @see resilience4j's COUNT_BASED sliding window, Fluxgate's `CountWindow`
 */
export function countWindow(size: number): () => SlidingWindow {
  checkCount('countWindow: size', size);
  return () => new CountWindow(size);
}

class CountWindow implements SlidingWindow {
  readonly capacity: number;
  #records: CallRecord[] = [];
  /** Where the next record goes, over the oldest once the window is full. */
  #next = 0;
  #totals = new Totals();

  constructor(size: number) {
    this.capacity = size;
  }

  record(record: CallRecord): void {
    const oldest = this.#records[this.#next];
    if (oldest) this.#totals.remove(oldest);
    this.#records[this.#next] = record;
    this.#next = (this.#next + 1) % this.capacity;
    this.#totals.add(record);
  }

  getMetric(): Metric {
    return this.#totals.metric();
  }

  reset(): void {
    this.#records = [];
    this.#next = 0;
    this.#totals = new Totals();
  }
}
