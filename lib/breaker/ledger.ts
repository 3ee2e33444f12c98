import type { CallRecord } from '../types/call-record.ts';
import type { Metric } from '../types/metric.ts';
import type { Tripper } from '../components/trippers/tripper.ts';
import type { SlidingWindow } from '../components/windows/sliding-window.ts';
import { CountedMetric } from '../components/windows/counted-metric.ts';
import { LearningMetric } from './learning-metric.ts';
import { leavesOf } from './leaves-of.ts';

/** How many calls can be counted anew at a slow threshold that turns up late. */
const MOST_EARLY = 100;

/** A tripper that asks for another threshold each time must not make every call dearer. */
const MOST_THRESHOLDS = 32;

const NONE: readonly number[] = Object.freeze([]);

/**
 * The user's window, told of each call at which thresholds it was slow: at those that the tripper's parts name, and at
 * those that are asked for without having been named, as by a plain function.
 */
export class Ledger {
  readonly #window: SlidingWindow;
  /** Whether each part of the tripper says which thresholds it asks about. */
  readonly #allNamed: boolean;
  #thresholds = NONE;
  #lowest = Infinity;
  /** How many of the thresholds the calls in the window have been counted at. */
  #counted: number;
  /** All calls since the last reset; undefined if there are too many, or no threshold can turn up late. */
  #early: CallRecord[] | undefined;

  constructor(window: SlidingWindow, tripper: Tripper) {
    const leaves = leavesOf(tripper);
    this.#window = window;
    this.#allNamed = leaves.every(({ slowThresholds }) => slowThresholds);
    for (const { slowThresholds = NONE } of leaves) slowThresholds.forEach((threshold) => this.#add(threshold));
    this.#counted = this.#thresholds.length;
    this.#early = this.#allNamed ? undefined : [];
  }

  record(success: boolean, duration: number, timestamp: number): void {
    const record = { success, duration, slowAt: this.#reachedBy(duration), timestamp };
    this.#window.record(record);
    if (this.#early && this.#early.push({ ...record }) > MOST_EARLY) this.#early = undefined;
  }

  getMetric(now: number): Metric {
    return this.#window.getMetric(now);
  }

  /** The metric as it is, if our window has just made it and there is nothing to learn: the way of nearly all calls. */
  forTripper(metric: Metric): Metric {
    return this.#allNamed && metric instanceof CountedMetric ? metric : this.learningFrom(metric);
  }

  /** A copy of the metric, that has what it is asked for counted from then on. */
  learningFrom(metric: Metric): Metric {
    return new LearningMetric(metric, (threshold) => {
      if (this.#thresholds.length < MOST_THRESHOLDS) this.#add(threshold);
    });
  }

  /** Counts the calls anew if a threshold has been asked for that nobody had named; says whether it did. */
  recount(): boolean {
    if (this.#thresholds.length === this.#counted) return false;
    this.#counted = this.#thresholds.length;
    if (!this.#early) return false;
    this.#window.reset();
    for (const early of this.#early) this.#window.record({ ...early, slowAt: this.#reachedBy(early.duration) });
    return true;
  }

  reset(): void {
    this.#window.reset();
    this.#early = this.#allNamed ? undefined : [];
  }

  #add(threshold: number): void {
    if (this.#thresholds.includes(threshold)) return;
    this.#thresholds = [...this.#thresholds, threshold];
    this.#lowest = Math.min(this.#lowest, threshold);
  }

  #reachedBy(duration: number): readonly number[] {
    return duration < this.#lowest ? NONE : this.#thresholds.filter((threshold) => duration >= threshold);
  }
}
