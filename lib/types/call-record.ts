/**
 * One settled call, success or failure, as a window records it.
 *
 * @example
 * ```ts
 * import { countWindow, type CallRecord } from 'rxjs-fluxgate';
 *
 * const record: CallRecord = { success: false, duration: 1_200, slowAt: [1_000], timestamp: 0 };
 * const window = countWindow(10)();
 * window.record(record);
 * console.log(window.getMetric(0).slowRate(1_000)); // => 1
 * ```
 *
 * @see {@link SlidingWindow}
 */
export interface CallRecord {
  /** Whether the call succeeded. */
  readonly success: boolean;
  /** How long the call took, in ms; never negative. */
  readonly duration: number;
  /** The slow thresholds in ms, of those the tripper asks about, that `duration` reached. */
  readonly slowAt: readonly number[];
  /**
   * When the call settled, in ms; it never goes back from one record to the next, so that it runs ahead of the
   * scheduler's time by what its clock has stepped back.
   */
  readonly timestamp: number;
}
