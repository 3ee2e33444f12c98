import type { Metric } from '../shapes/metric.ts';
import { CopiedMetric } from './copied-metric.ts';
import type { Tripper } from '../trippers/tripper.ts';

const NONE: readonly number[] = Object.freeze([]);

/** A tripper that asks for another threshold each time must not make every call dearer. */
const MOST_THRESHOLDS = 32;

/**
 * The durations in ms from which on calls are counted as slow: those that the tripper's parts name, and those that are
 * asked for without having been named, as by a plain function.
 */
export class SlowThresholds {
  readonly #thresholds: Set<number>;

  constructor(tripper: Tripper) {
    this.#thresholds = new Set(leavesOf(tripper).flatMap(({ slowThresholds = NONE }) => slowThresholds));
  }

  /** The thresholds that a duration reaches. */
  reachedBy(duration: number): readonly number[] {
    if (this.#thresholds.size === 0) return NONE;
    return [...this.#thresholds].filter((threshold) => duration >= threshold);
  }

  get count(): number {
    return this.#thresholds.size;
  }

  /** The metric as trippers and recoveries get it: what they ask for is counted from then on. */
  learningFrom(metric: Metric): Metric {
    return new CopiedMetric(metric, (threshold) => {
      if (this.#thresholds.size < MOST_THRESHOLDS) this.#thresholds.add(threshold);
      return metric.slowRate(threshold);
    });
  }
}

/** The trippers that a tripper is made of, however deep, itself if it is not made of others. */
export function leavesOf(tripper: Tripper): Tripper[] {
  return [...tripper].flatMap((part) => (part === tripper ? [part] : leavesOf(part)));
}
