import type { SlidingWindow } from '../components/windows/sliding-window.ts';
import type { Tripper } from '../components/trippers/tripper.ts';
import type { Metric } from '../types/metric.ts';
import { getLeaves } from './get-leaves.ts';
import { LearningMetric, type ThresholdLearner } from './learning-metric.ts';

/** A tripper that asks for another threshold each time must not make every call dearer. */
const MAX_THRESHOLDS = 32;

const NOT_SLOW: readonly number[] = Object.freeze([]);

/**
 * Records calls in the user's window, each with the thresholds at which it was slow: those that the tripper's parts
 * name, and those that `metric.slowRate` was called with, from then on.
 */
export class CallRecorder implements ThresholdLearner {
  private readonly _window: SlidingWindow;
  private _thresholds = NOT_SLOW;
  private _lowestThreshold = Infinity;
  private _resetting = false;

  constructor(window: SlidingWindow, tripper: Tripper) {
    this._window = window;
    for (const { slowThresholds = NOT_SLOW } of getLeaves(tripper))
      slowThresholds.forEach((threshold) => this._addThreshold(threshold));
  }

  record(success: boolean, duration: number, timestamp: number): void {
    const slowAt = duration < this._lowestThreshold ? NOT_SLOW : this._toSlowAt(duration);
    this._window.record({ success, duration, slowAt, timestamp });
  }

  /** The counts of one of our own windows as they are right after a record; undefined for a user's window. */
  get live(): Metric | undefined {
    return this._window._live;
  }

  getMetric(now: number): Metric {
    return this._window.getMetric(now);
  }

  /** A copy for user code; the thresholds that it calls `slowRate` with count from then on. */
  getLearningMetric(now: number): Metric {
    return new LearningMetric(this._window.getMetric(now), this.live !== undefined, this);
  }

  reset(): void {
    // A window whose reset gives a command is reset once.
    if (this._resetting) return;
    this._resetting = true;
    try {
      this._window.reset();
    } finally {
      this._resetting = false;
    }
  }

  learn(threshold: number): void {
    if (this._thresholds.length < MAX_THRESHOLDS) this._addThreshold(threshold);
  }

  private _toSlowAt(duration: number): readonly number[] {
    return this._thresholds.filter((threshold) => duration >= threshold);
  }

  private _addThreshold(threshold: number): void {
    if (this._thresholds.includes(threshold)) return;
    this._thresholds = [...this._thresholds, threshold];
    this._lowestThreshold = Math.min(this._lowestThreshold, threshold);
  }
}
