import type { Metric } from '../types/metric.ts';
import { CopiedMetric } from './copied-metric.ts';

/** A copy of a metric that tells which slow thresholds it is asked about. */
export class LearningMetric extends CopiedMetric {
  readonly #original: Metric;
  readonly #learn: (threshold: number) => void;

  constructor(original: Metric, learn: (threshold: number) => void) {
    super(original);
    this.#original = original;
    this.#learn = learn;
  }

  override slowRate(threshold: number): number | undefined {
    this.#learn(threshold);
    return this.#original.slowRate(threshold);
  }
}
