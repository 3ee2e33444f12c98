import { Subscription } from 'rxjs';
import type { BreakerGroup } from '../../registry/breaker-group.ts';
import { observeCalls, type CallObserver } from '../../registry/observe-calls.ts';
import { reportError } from '../../util/report-error.ts';
import type { CircuitStats } from './circuit-stats.ts';
import { CollectedMetric, ownerOf, type MetricDescription } from './collected-metric.ts';
import { ExposedCircuits } from './exposed-circuits.ts';
import type { MetricsRegister } from './register.ts';
import type { Sample } from './sample.ts';

/** In seconds, as the client libraries have them; repeated here to compare a second exposition's with. */
const DEFAULT_BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

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
  private readonly _circuits: ExposedCircuits;
  private readonly _metrics = new Map<string, CollectedMetric>();
  private _expositions = 0;

  /** Returns the metrics of a register, made the first time. */
  static in(register: MetricsRegister, bounds: readonly number[] | undefined): CircuitMetrics {
    let ours: CircuitMetrics | undefined;
    for (const name of METRIC_NAMES) {
      const metric = register.getSingleMetric(name);
      if (!metric) continue;
      ours = ownerOf(metric) as CircuitMetrics | undefined;
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
    const circuits = (this._circuits = new ExposedCircuits(this._bounds));
    this._add(METRICS.state, () => circuits.toStateSamples());
    this._add(METRICS.inFlight, () => circuits.toGaugeSamples(({ inFlight }) => inFlight));
    this._add(METRICS.reopens, () => circuits.toGaugeSamples(({ reopens }) => reopens));
    this._add(
      METRICS.transitions,
      () => circuits.toTransitionSamples(),
      (stats) => stats.resetTransitions(),
    );
    this._add(
      METRICS.calls,
      () => circuits.toCallSamples(),
      (stats) => stats.resetCalls(),
    );
    this._add(
      METRICS.durations,
      (name) => circuits.toDurationSamples(name),
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
      const stats = this._circuits.add(breaker);
      const following = new Subscription(() => this._circuits.remove(breaker, stats));
      following.add(observeCalls(breaker, toObserver(breaker.name, stats)));
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
    const metric = new CollectedMetric(this, description, collect, () => this._circuits.reset(reset));
    this._metrics.set(description[0], metric);
    this._register.registerMetric(metric);
  }
}
