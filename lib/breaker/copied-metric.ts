import type { Metric } from '../shapes/metric.ts';
import { metricOf } from '../windows/metric-of.ts';

/** A copy of the metric of any window, which may be the window itself, with the means and rates that it has. */
export function copyOf(metric: Metric, slowRate?: Metric['slowRate']): Metric {
  const { avgDuration, failureRate } = metric;
  return Object.assign(metricOf(metric), { avgDuration, failureRate }, slowRate && { slowRate });
}

/** A copy that many people may be handed, because none of them can change it. */
export function frozenCopyOf(metric: Metric): Metric {
  return Object.freeze(copyOf(metric));
}
