import { Subscription } from 'rxjs';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import type { BreakerGroup } from '../../registry/breaker-group.ts';
import { observeCalls, type CallObserver } from '../../registry/observe-calls.ts';
import type { CircuitBreakerInfo } from '../../types/circuit-breaker-info.ts';
import { STATES } from '../../types/states.ts';
import { reportError, tryOrReport } from '../../util/report-error.ts';
import { CircuitStats } from './circuit-stats.ts';
import { CollectedMetric, ownerOf, type MetricDescription } from './collected-metric.ts';
import type { DurationHistogram } from './duration-histogram.ts';
import type { MetricsRegister } from './register.ts';
import type { Sample } from './sample.ts';

/** In seconds, as the client libraries have them; repeated here to compare a second exposition's with. */
const DEFAULT_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Above so many names those without a breaker are removed, scraped or not. */
const MAX_NAMES = 1_000;

const METRICS = {
  state: ['circuit_breaker_state', 'gauge', '1 for the state that the circuit is in, 0 for the others.'],
  inFlight: [
    'circuit_breaker_calls_in_flight',
    'gauge',
    'Unsettled calls admitted since the circuit entered its state.',
  ],
  reopens: [
    'circuit_breaker_reopens',
    'gauge',
    'How many times the circuit has reopened from half-open since it was last closed.',
  ],
  transitions: ['circuit_breaker_state_transition_total', 'counter', 'State changes of the circuit.'],
  calls: ['circuit_breaker_calls_total', 'counter', 'Calls by how they ended, and those rejected.'],
  durations: [
    'circuit_breaker_call_duration_seconds',
    'histogram',
    'How long the calls took that succeeded or failed.',
  ],
} as const satisfies Record<string, MetricDescription>;

const METRIC_NAMES = Object.values(METRICS).map(([name]) => name);

/** Makes the observer of a breaker's calls from the counts of its name. */
export type ToObserver = (name: string, stats: CircuitStats) => CallObserver;

/** The metrics in one register, of everything that is exposed there. */
export class CircuitMetrics {
  private readonly _register: MetricsRegister;
  private readonly _bounds: readonly number[];
  private readonly _breakers = new Set<CircuitBreaker>();
  private readonly _stats = new Map<string, CircuitStats>();
  private readonly _metrics = new Map<string, CollectedMetric>();
  private _expositions = 0;
  private _maxNames = MAX_NAMES;

  /** Returns the metrics of a register, made the first time. */
  static in(register: MetricsRegister, bounds: readonly number[] | undefined): CircuitMetrics {
    let ours: CircuitMetrics | undefined;
    for (const name of METRIC_NAMES) {
      const metric = register.getSingleMetric(name);
      if (!metric) continue;
      ours = ownerOf(metric);
      if (!ours) {
        throw new TypeError(`exposeMetrics: register has a metric ${name} already that is not of rxjs-fluxgate`);
      }
    }
    if (bounds) ours?.checkBounds(bounds);
    return ours ?? new CircuitMetrics(register, bounds);
  }

  private constructor(register: MetricsRegister, bounds = DEFAULT_BOUNDS) {
    this._register = register;
    this._bounds = [...bounds];
    this._add(METRICS.state, () => this._collectStates());
    this._add(METRICS.inFlight, () => this._collectGauge(({ inFlight }) => inFlight));
    this._add(METRICS.reopens, () => this._collectGauge(({ reopens }) => reopens));
    this._add(
      METRICS.transitions,
      () => this._collectTransitions(),
      (stats) => stats.resetTransitions(),
    );
    this._add(
      METRICS.calls,
      () => this._collectCalls(),
      (stats) => stats.resetCalls(),
    );
    this._add(
      METRICS.durations,
      (name) => this._collectDurations(name),
      (stats) => stats.resetDurations(),
    );
  }

  checkBounds(bounds: readonly number[]): void {
    if (String(bounds) === String(this._bounds)) return;
    throw new RangeError(
      `exposeMetrics: durationBuckets must be those that the register has already, [${this._bounds.join(', ')}], ` +
        `got [${bounds.join(', ')}]`,
    );
  }

  /** Exposes a group until it is unsubscribed, or ends. */
  expose(group: BreakerGroup, toObserver: ToObserver): Subscription {
    this._expositions++;
    const exposition = group.each((breaker) => {
      const { name } = breaker;
      const stats = this._toStats(name);
      stats.breakers++;
      this._breakers.add(breaker);
      const following = new Subscription(() => {
        stats.breakers--;
        this._breakers.delete(breaker);
      });
      following.add(observeCalls(breaker, toObserver(name, stats)));
      following.add(breaker.signal$.subscribe({ next: (signal) => stats.addTransition(signal), error: reportError }));
      return following;
    });
    exposition.add(() => this._end());
    return exposition;
  }

  private _end(): void {
    if (--this._expositions > 0) return;
    for (const [name, metric] of this._metrics) {
      // Unless the user has cleared the register, and put something else there.
      if (this._register.getSingleMetric(name) === metric) this._register.removeSingleMetric(name);
    }
  }

  private _add(
    description: MetricDescription,
    collect: (name: string) => Sample[],
    reset: (stats: CircuitStats) => void = () => undefined,
  ): void {
    const resetAll = (): void => this._stats.forEach(reset);
    const metric = new CollectedMetric(this, description, collect, resetAll);
    this._metrics.set(description[0], metric);
    this._register.registerMetric(metric);
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

  private _collectStats(toSamples: (labels: { circuit_name: string }, stats: CircuitStats) => Sample[]): Sample[] {
    this._removeUnused();
    return [...this._stats].flatMap(([name, stats]) => toSamples({ circuit_name: name }, stats));
  }

  private _collectTransitions(): Sample[] {
    return this._collectStats((circuit, { transitions }) =>
      Array.from(transitions.values(), ({ from, to, count }) => ({
        labels: { ...circuit, old_state: from, new_state: to },
        value: count,
      })),
    );
  }

  private _collectCalls(): Sample[] {
    return this._collectStats((circuit, { calls }) =>
      Object.entries(calls).map(([outcome, value]) => ({ labels: { ...circuit, outcome }, value })),
    );
  }

  private _collectDurations(metric: string): Sample[] {
    return this._collectStats((circuit, { durations }) =>
      Object.entries(durations).flatMap(([outcome, histogram]) =>
        toHistogramSamples(metric, { ...circuit, outcome }, histogram),
      ),
    );
  }

  private _collectStates(): Sample[] {
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
  private _collectGauge(read: (info: CircuitBreakerInfo) => number): Sample[] {
    const values = new Map<string, number>();
    for (const breaker of this._breakers) {
      tryOrReport(() => values.set(breaker.name, (values.get(breaker.name) ?? 0) + read(breaker.info())));
    }
    return Array.from(values, ([name, value]) => ({ labels: { circuit_name: name }, value }));
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
