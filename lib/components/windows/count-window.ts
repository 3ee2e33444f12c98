import type { CallRecord } from '../../types/call-record.ts';
import type { Metric } from '../../types/metric.ts';
import { checkCount } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { LiveTotals } from './live-totals.ts';
import type { SlidingWindow } from './sliding-window.ts';

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
export const countWindow = /* @__PURE__ */ factory('countWindow', (size: number): (() => SlidingWindow) => {
  checkCount('countWindow: size', size);
  return () => new CountWindow(size);
});

/** How many calls the columns hold at first; they double until they hold all that the window may. */
const FIRST_LENGTH = 16;

const NOT_SLOW: readonly number[] = Object.freeze([]);

/** The last calls in a ring: in columns, because the garbage collector would follow each record of a large window. */
class CountWindow implements SlidingWindow {
  readonly capacity: number;
  /** @internal */
  readonly _live = new LiveTotals();
  private _failed = new Uint8Array(0);
  private _durations = new Float64Array(0);
  /** Undefined until a call is slow. */
  private _slowAt: (readonly number[])[] | undefined = undefined;
  /** Where the next call goes, over the oldest once the ring is full. */
  private _next = 0;

  constructor(size: number) {
    this.capacity = size;
  }

  record(record: CallRecord): void {
    const i = this._next;
    if (this._live.totalCount === this.capacity) this._evict(i);
    else if (i === this._durations.length) this._grow();
    this._failed[i] = record.success ? 0 : 1;
    this._durations[i] = record.duration;
    if (this._slowAt) this._slowAt[i] = record.slowAt;
    else if (record.slowAt.length > 0) this._slowAt = this._firstSlow(i, record.slowAt);
    this._next = i + 1 < this.capacity ? i + 1 : 0;
    this._live.add(record);
  }

  getMetric(): Metric {
    return this._live.snapshot();
  }

  reset(): void {
    this._live.clear();
    this._slowAt = undefined;
    this._next = 0;
  }

  toString(): string {
    return `countWindow(${String(this.capacity)})`;
  }

  private _evict(i: number): void {
    this._live.remove(this._failed[i] === 0, this._durations[i] ?? 0, this._slowAt?.[i] ?? NOT_SLOW);
  }

  private _grow(): void {
    const length = Math.min(this.capacity, Math.max(FIRST_LENGTH, 2 * this._durations.length));
    const failed = new Uint8Array(length);
    const durations = new Float64Array(length);
    failed.set(this._failed);
    durations.set(this._durations);
    this._failed = failed;
    this._durations = durations;
  }

  private _firstSlow(i: number, slowAt: readonly number[]): (readonly number[])[] {
    const column = new Array<readonly number[]>(this._live.totalCount).fill(NOT_SLOW);
    column[i] = slowAt;
    return column;
  }
}
