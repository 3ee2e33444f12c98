import type { CircuitView } from '../../registry/circuit-view.ts';
import type { CircuitBreakerInfo } from '../../types/circuit-breaker-info.ts';
import { STATES } from '../../types/states.ts';
import { tryOrReport } from '../../util/report-error.ts';
import { CircuitStats } from './circuit-stats.ts';
import type { DurationHistogram } from './duration-histogram.ts';
import type { Sample } from './sample.ts';

/** Above so many names those without a breaker are removed, scraped or not. */
const MAX_NAMES = 1_000;

/** The breakers that one register shows and the counts of each name, and the samples made of them. */
export class ExposedCircuits {
  private readonly _breakers = new Set<CircuitView>();
  private readonly _stats = new Map<string, CircuitStats>();
  private readonly _bounds: readonly number[];
  private _maxNames = MAX_NAMES;

  constructor(bounds: readonly number[]) {
    this._bounds = bounds;
  }

  /** Returns the counts of the breaker's name, which it shares with the others of that name. */
  add(breaker: CircuitView): CircuitStats {
    const stats = this._toStats(breaker.name);
    stats.breakers++;
    this._breakers.add(breaker);
    return stats;
  }

  remove(breaker: CircuitView, stats: CircuitStats): void {
    stats.breakers--;
    this._breakers.delete(breaker);
  }

  reset(reset: (stats: CircuitStats) => void): void {
    this._stats.forEach(reset);
  }

  toTransitionSamples(): Sample[] {
    return this._toSamples((circuit, { transitions }) =>
      Array.from(transitions.values(), ({ from, to, count }) => ({
        labels: { ...circuit, old_state: from, new_state: to },
        value: count,
      })),
    );
  }

  toCallSamples(): Sample[] {
    return this._toSamples((circuit, { calls }) =>
      Object.entries(calls).map(([outcome, value]) => ({ labels: { ...circuit, outcome }, value })),
    );
  }

  toDurationSamples(metric: string): Sample[] {
    return this._toSamples((circuit, { durations }) =>
      Object.entries(durations).flatMap(([outcome, histogram]) =>
        toHistogramSamples(metric, { ...circuit, outcome }, histogram),
      ),
    );
  }

  toStateSamples(): Sample[] {
    const inState = new Map<string, number>();
    const names = new Set<string>();
    for (const { name, state } of this._breakers) {
      names.add(name);
      inState.set(`${state} ${name}`, (inState.get(`${state} ${name}`) ?? 0) + 1);
    }
    return [...names].flatMap((name) =>
      STATES.map((state) => ({ labels: { circuit_name: name, state }, value: inState.get(`${state} ${name}`) ?? 0 })),
    );
  }

  /** Adds up by name; a breaker that cannot be read is left out, and spoils no scrape. */
  toGaugeSamples(read: (info: CircuitBreakerInfo) => number): Sample[] {
    const values = new Map<string, number>();
    for (const breaker of this._breakers) {
      tryOrReport(() => values.set(breaker.name, (values.get(breaker.name) ?? 0) + read(breaker.info())));
    }
    return Array.from(values, ([name, value]) => ({ labels: { circuit_name: name }, value }));
  }

  private _toStats(name: string): CircuitStats {
    const known = this._stats.get(name);
    if (known) return known;
    if (this._stats.size >= this._maxNames) {
      this._removeUnused();
      // So that it is done seldom, however many there are.
      this._maxNames = Math.max(MAX_NAMES, 2 * this._stats.size);
    }
    const stats = new CircuitStats(this._bounds);
    this._stats.set(name, stats);
    return stats;
  }

  private _removeUnused(): void {
    for (const [name, { breakers }] of this._stats) if (breakers === 0) this._stats.delete(name);
  }

  private _toSamples(toSamples: (labels: { circuit_name: string }, stats: CircuitStats) => Sample[]): Sample[] {
    this._removeUnused();
    return [...this._stats].flatMap(([name, stats]) => toSamples({ circuit_name: name }, stats));
  }
}

function toHistogramSamples(metric: string, labels: Sample['labels'], histogram: DurationHistogram): Sample[] {
  const buckets = Array.from(histogram.cumulated(), ([le, value, exemplar]) => ({
    metricName: `${metric}_bucket`,
    labels: { le, ...labels },
    value,
    exemplar,
  }));
  return [
    ...buckets,
    { metricName: `${metric}_sum`, labels, value: histogram.sum },
    { metricName: `${metric}_count`, labels, value: histogram.count },
  ];
}
