import type { CallRecord } from '../../types/call-record.ts';
import type { Metric } from '../../types/metric.ts';
import { checkCount, checkDuration, checkOptions } from '../../util/check.ts';
import type { SlidingWindow } from './sliding-window.ts';
import { Totals } from './totals.ts';

/**
 * Options of {@link timeWindow}.
 *
 * @example
 * ```ts
 * import { timeWindow, type TimeWindowOptions } from 'rxjs-fluxgate';
 *
 * const everySecond: TimeWindowOptions = { buckets: 60 };
 * console.log(timeWindow(60_000, everySecond)().getMetric(0).totalCount); // => 0
 * ```
 *
 * @see {@link timeWindow}
 */
export interface TimeWindowOptions {
  /** Into how many slots the duration is divided, an integer of at least 1; the window forgets slot by slot. Default 10. */
  readonly buckets?: number | undefined;
}

/**
 * A window of the calls of the last `duration` ms.
 *
 * It holds the current slot of `duration / buckets` ms and the `buckets - 1` before it; what is older is gone on read
 * as on write, however long the circuit idled.
 *
 * @param duration ms, above 0
 * @returns a factory, so that options can be reused: each breaker makes its own window
 * @throws TypeError or RangeError if `duration` is not such a number, `buckets` not such an integer
 * @example
 * ```ts
 * import { CircuitBreaker, failureRate, halfOpened, minRequests, timeWindow } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({
 *   window: timeWindow(60_000, { buckets: 6 }),
 *   tripper: failureRate(0.5).and(minRequests(10).or(halfOpened())),
 * });
 * console.log(breaker.info().metric.totalCount); // => 0
 * ```
 *
 * @see {@link countWindow}
 * @see resilience4j's TIME_BASED sliding window, Fluxgate's `TimeWindow`
 */
export function timeWindow(duration: number, options: TimeWindowOptions = {}): () => SlidingWindow {
  checkDuration('timeWindow: duration', duration);
  checkOptions('timeWindow', options, ['buckets']);
  const { buckets = 10 } = options;
  checkCount('timeWindow: buckets', buckets);
  return () => new TimeWindow(duration / buckets, buckets);
}

class TimeWindow implements SlidingWindow {
  readonly #width: number;
  readonly #size: number;
  /** The slots of the window by their number; one in which nothing was recorded is absent. */
  #slots = new Map<number, Totals>();
  #current = -Infinity;
  #totals = new Totals();

  constructor(width: number, size: number) {
    this.#width = width;
    this.#size = size;
  }

  record(record: CallRecord): void {
    this.#advance(record.timestamp);
    let slot = this.#slots.get(this.#current);
    if (!slot) this.#slots.set(this.#current, (slot = new Totals()));
    slot.add(record);
    this.#totals.add(record);
  }

  getMetric(now: number): Metric {
    this.#advance(now);
    return this.#totals.metric();
  }

  reset(): void {
    this.#slots = new Map();
    this.#current = -Infinity;
    this.#totals = new Totals();
  }

  /** Moves on to the slot of `time` and drops those that fell out; an earlier time belongs to the newest slot. */
  #advance(time: number): void {
    const slot = Math.floor(time / this.#width);
    if (slot <= this.#current) return;
    this.#current = slot;
    // In order of insertion, which is the order of time.
    for (const [number, totals] of this.#slots) {
      if (number > slot - this.#size) break;
      this.#slots.delete(number);
      this.#totals.removeAll(totals);
    }
  }
}
