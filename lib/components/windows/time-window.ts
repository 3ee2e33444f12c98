import type { CallRecord } from '../../types/call-record.ts';
import type { Metric } from '../../types/metric.ts';
import { checkCount, checkDuration, checkOptions } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { LiveTotals } from './live-totals.ts';
import type { SlidingWindow } from './sliding-window.ts';

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
export const timeWindow = /* @__PURE__ */ factory(
  'timeWindow',
  (duration: number, options: TimeWindowOptions = {}): (() => SlidingWindow) => {
    checkDuration('timeWindow: duration', duration);
    checkOptions('timeWindow', options, ['buckets']);
    const { buckets = 10 } = options;
    checkCount('timeWindow: buckets', buckets);
    return () => new TimeWindow(duration, buckets);
  },
);

/** The calls of one slot of time. */
class Slot extends LiveTotals {
  number = 0;
}

/** Of windows without calls, which share it; never changed. */
const NO_SLOTS: Slot[] = [];

class TimeWindow implements SlidingWindow {
  private readonly _duration: number;
  private readonly _buckets: number;
  /** How long a slot lasts, in ms. */
  private readonly _width: number;
  /** @internal */
  readonly _live = new LiveTotals();
  /** The slots with calls, in the order of time, from `_oldest` on; those before have fallen out. */
  private _slots: Slot[] = NO_SLOTS;
  private _oldest = 0;
  /** The number of the current slot, and the slot itself once it has a call. */
  private _current = -Infinity;
  private _slot: Slot | undefined = undefined;
  /** One that has fallen out, to be used again. */
  private _spare: Slot | undefined = undefined;

  constructor(duration: number, buckets: number) {
    this._duration = duration;
    this._buckets = buckets;
    this._width = duration / buckets;
  }

  record(record: CallRecord): void {
    this._advance(record.timestamp);
    (this._slot ??= this._addSlot()).add(record);
    this._live.add(record);
  }

  getMetric(now: number): Metric {
    this._advance(now);
    return this._live.snapshot();
  }

  reset(): void {
    this._live.clear();
    this._slots = NO_SLOTS;
    this._oldest = 0;
    this._current = -Infinity;
    this._slot = undefined;
  }

  toString(): string {
    const options = this._buckets === 10 ? '' : `, { buckets: ${String(this._buckets)} }`;
    return `timeWindow(${String(this._duration)}${options})`;
  }

  private _addSlot(): Slot {
    const slot = this._spare ?? new Slot();
    this._spare = undefined;
    slot.number = this._current;
    if (this._slots === NO_SLOTS) this._slots = [];
    this._slots.push(slot);
    return slot;
  }

  /** Moves on to the slot of `time`; an earlier time belongs to the newest slot. */
  private _advance(time: number): void {
    const current = Math.floor(time / this._width);
    if (current > this._current) this._moveTo(current);
  }

  /** Moves on to another slot and drops those that fall out. */
  private _moveTo(current: number): void {
    this._current = current;
    this._slot = undefined;
    let slot = this._slots[this._oldest];
    while (slot && slot.number <= current - this._buckets) {
      this._live.removeAll(slot);
      slot.clear();
      this._spare = slot;
      slot = this._slots[++this._oldest];
    }
    // Not at each step, so that a slot costs the same however many there are.
    if (this._oldest > 8 && 2 * this._oldest > this._slots.length) {
      this._slots = this._slots.slice(this._oldest);
      this._oldest = 0;
    }
  }
}
