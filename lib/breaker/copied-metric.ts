import type { Metric } from '../shapes/metric.ts';

/** A copy of the metric of any window, with a `slowRate` of its own if one is given. */
export class CopiedMetric implements Metric {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly totalDuration: number;
  readonly slowCounts: ReadonlyMap<number, number>;
  readonly avgDuration: number | undefined;
  readonly failureRate: number | undefined;
  readonly #slowRate: Metric['slowRate'];

  constructor(metric: Metric, slowRate: Metric['slowRate'] = (threshold) => metric.slowRate(threshold)) {
    this.totalCount = metric.totalCount;
    this.failureCount = metric.failureCount;
    this.totalDuration = metric.totalDuration;
    this.slowCounts = metric.slowCounts;
    this.avgDuration = metric.avgDuration;
    this.failureRate = metric.failureRate;
    this.#slowRate = slowRate;
  }

  slowRate(threshold: number): number | undefined {
    return this.#slowRate(threshold);
  }
}

/** A copy that many people may be handed, because none of them can change it. */
export function frozenCopyOf(metric: Metric): Metric {
  const copy = new CopiedMetric(metric);
  return Object.freeze(Object.assign(copy, { slowCounts: frozenMap(metric.slowCounts) }));
}

function frozenMap<K, V>(original: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const map = new Map(original);
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuse });
  return Object.freeze(map);
}

function refuse(): never {
  throw new TypeError('a metric cannot be changed');
}
