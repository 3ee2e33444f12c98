import type { CallRecord } from '../../types/call-record.ts';
import type { Metric } from '../../types/metric.ts';
import { checkCount } from '../../util/check.ts';
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
  #calls: Ring | undefined;

  constructor(size: number) {
    this.capacity = size;
  }

  record(record: CallRecord): void {
    this.#calls ??= new Ring(this.capacity);
    this.#calls.record(record);
  }

  getMetric(): Metric {
    return (this.#calls?.totals ?? NO_CALLS).metric();
  }

  reset(): void {
    this.#calls = undefined;
  }
}

const NO_CALLS = new Totals();

/** The last calls: in columns, because the garbage collector would have to follow each record of a large window. */
class Ring {
  readonly totals = new Totals();
  readonly #size: number;
  readonly #successes: boolean[] = [];
  readonly #durations: number[] = [];
  readonly #slowAt: (readonly number[])[] = [];
  /** Where the next call goes, over the oldest once the ring is full. */
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  record(record: CallRecord): void {
    const i = this.#next;
    const slowAt = this.#slowAt[i];
    if (slowAt) this.totals.remove(this.#successes[i] === true, this.#durations[i] ?? 0, slowAt);
    this.#successes[i] = record.success;
    this.#durations[i] = record.duration;
    this.#slowAt[i] = record.slowAt;
    this.#next = i + 1 < this.#size ? i + 1 : 0;
    this.totals.add(record);
  }
}
