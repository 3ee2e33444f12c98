import type { Metric } from '../types/metric.ts';
import { CopiedMetric } from './copied-metric.ts';

/** A copy of a metric for user code, which learns the slow thresholds that `slowRate` is called with. */
export class LearningMetric extends CopiedMetric {
  /** The metric of a user's window, which may have a `slowRate` of its own. */
  private readonly _original: Metric | undefined;
  private readonly _learn: (threshold: number) => void;

  constructor(metric: Metric, original: Metric | undefined, learn: (threshold: number) => void) {
    super(metric, new Map(metric.slowCounts));
    this._original = original;
    this._learn = learn;
  }

  override slowRate(threshold: number): number | undefined {
    this._learn(threshold);
    return this._original ? this._original.slowRate(threshold) : super.slowRate(threshold);
  }
}
