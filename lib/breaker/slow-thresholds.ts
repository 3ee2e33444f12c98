import type { Metric } from '../shapes/metric.ts';
import type { Tripper } from '../trippers/tripper.ts';

const NONE: readonly number[] = Object.freeze([]);

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

  /** The metric as trippers and recoveries get it: what they ask for is counted from the next call on. */
  learningFrom(metric: Metric): Metric {
    const { totalCount, failureCount, totalDuration, slowCounts, avgDuration, failureRate } = metric;
    const slowRate = (threshold: number): number | undefined => {
      this.#thresholds.add(threshold);
      return metric.slowRate(threshold);
    };
    return { totalCount, failureCount, totalDuration, slowCounts, avgDuration, failureRate, slowRate };
  }
}

/** The trippers that a tripper is made of, however deep, itself if it is not made of others. */
export function leavesOf(tripper: Tripper): Tripper[] {
  return [...tripper].flatMap((part) => (part === tripper ? [part] : leavesOf(part)));
}
