import type { Metric } from '../shapes/metric.ts';
import type { Tripper } from '../trippers/tripper.ts';
import { CopiedMetric } from './copied-metric.ts';

/** A tripper that asks for another threshold each time must not make every call dearer. */
const MOST_THRESHOLDS = 32;

/**
 * The durations in ms from which on calls are counted as slow: those that the tripper's parts name, and those that are
 * asked for without having been named, as by a plain function.
 */
export class SlowThresholds {
  /** Whether each part of the tripper says which thresholds it asks about. */
  readonly allNamed: boolean;
  #thresholds: readonly number[];

  constructor(tripper: Tripper) {
    const leaves = leavesOf(tripper);
    this.allNamed = leaves.every(({ slowThresholds }) => slowThresholds !== undefined);
    const named = leaves.flatMap(({ slowThresholds = [] }) => slowThresholds);
    this.#thresholds = [...new Set(named)];
  }

  get count(): number {
    return this.#thresholds.length;
  }

  /** The thresholds that a duration reaches. */
  reachedBy(duration: number): readonly number[] {
    return this.#thresholds.filter((threshold) => duration >= threshold);
  }

  learn(threshold: number): void {
    if (this.#thresholds.includes(threshold) || this.#thresholds.length >= MOST_THRESHOLDS) return;
    this.#thresholds = [...this.#thresholds, threshold];
  }

  /** The metric as trippers and recoveries get it: what they ask for is counted from then on. */
  learningFrom(metric: Metric): Metric {
    return new LearningMetric(metric, this);
  }
}

class LearningMetric extends CopiedMetric {
  readonly #original: Metric;
  readonly #thresholds: SlowThresholds;

  constructor(original: Metric, thresholds: SlowThresholds) {
    super(original);
    this.#original = original;
    this.#thresholds = thresholds;
  }

  override slowRate(threshold: number): number | undefined {
    this.#thresholds.learn(threshold);
    return this.#original.slowRate(threshold);
  }
}

/** The trippers that a tripper is made of, however deep, itself if it is not made of others. */
export function leavesOf(tripper: Tripper): Tripper[] {
  return [...tripper].flatMap((part) => (part === tripper ? [part] : leavesOf(part)));
}
