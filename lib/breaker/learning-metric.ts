import type { Metric } from '../types/metric.ts';
import { CopiedMetric } from './copied-metric.ts';

/** Counts slow calls by a threshold from now on. */
export interface ThresholdLearner {
  learn(threshold: number): void;
}

/** A copy of a metric for user code, which learns the slow thresholds that `slowRate` is called with. A metric of our own
 * windows has just been made, so its map is not copied again. */
export class LearningMetric extends CopiedMetric {
  /** The metric of a user's window, which may have a `slowRate` of its own. */
  private readonly _original: Metric | undefined;
  private readonly _learner: ThresholdLearner;

  constructor(metric: Metric, isOwn: boolean, learner: ThresholdLearner) {
    super(metric, isOwn ? metric.slowCounts : new Map(metric.slowCounts));
    this._original = isOwn ? undefined : metric;
    this._learner = learner;
  }

  override slowRate(threshold: number): number | undefined {
    this._learner.learn(threshold);
    return this._original ? this._original.slowRate(threshold) : super.slowRate(threshold);
  }
}
