import { ValueType, type BatchObservableResult, type Histogram, type Meter, type Observable } from '@opentelemetry/api';
import { NAME, STATE } from './attributes.ts';
import { CircuitTotals } from './circuit-totals.ts';

/** Those that the semantic conventions advise for the durations of HTTP requests, so that both can be compared. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The totals of so many names without a breaker are kept: should one come again, its counters go on. */
const MAX_GONE = 1_000;

/**
 * The instruments of one meter. All are read when metrics are collected, so that a call costs an addition, except for
 * the histogram, which cannot be observed.
 */
export class Instruments {
  private static readonly _byMeter = new WeakMap<Meter, Instruments>();

  private readonly _meter: Meter;
  private readonly _transitions: Observable;
  private readonly _calls: Observable;
  private readonly _state: Observable;
  private readonly _active: Observable;
  private readonly _reopens: Observable;
  private _durations: Histogram | undefined;
  private readonly _totals = new Map<string, CircuitTotals>();
  /** The names without a breaker, the longest gone first. */
  private readonly _gone = new Set<string>();
  /** The names with a breaker at the last collection. */
  private _observed: ReadonlySet<string> = new Set();
  private _users = 0;
  private _registered = false;

  /** Returns the instruments of a meter, made the first time: two that count for one name would overwrite each other. */
  static of(meter: Meter): Instruments {
    const known = Instruments._byMeter.get(meter);
    if (known) return known;
    const made = new Instruments(meter);
    Instruments._byMeter.set(meter, made);
    return made;
  }

  private constructor(meter: Meter) {
    this._meter = meter;
    const int = (unit: string, description: string) => ({ description, unit, valueType: ValueType.INT });
    this._transitions = meter.createObservableCounter(
      'circuit_breaker.transitions',
      int('{transition}', 'State changes.'),
    );
    this._calls = meter.createObservableCounter(
      'circuit_breaker.calls',
      int('{call}', 'Calls that have settled, and calls that were rejected.'),
    );
    this._state = meter.createObservableUpDownCounter(
      'circuit_breaker.state',
      int('1', 'The state: 1 for the one that the breaker is in, 0 for the others.'),
    );
    this._active = meter.createObservableUpDownCounter(
      'circuit_breaker.call.active',
      int('{call}', 'Calls in flight that were let through since the state was entered.'),
    );
    this._reopens = meter.createObservableGauge(
      'circuit_breaker.reopens',
      int('{reopen}', 'How many times the breaker has reopened since it was last closed.'),
    );
  }

  /** The histogram of durations, made the first time. */
  get durations(): Histogram {
    return (this._durations ??= this._meter.createHistogram('circuit_breaker.call.duration', {
      description: 'How long calls took that were let through.',
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    }));
  }

  /** Observes until the returned function is called; the last collection after that reports what was counted. */
  use(): () => void {
    this._users++;
    if (!this._registered) this._meter.addBatchObservableCallback(this._observe, this._observables);
    this._registered = true;
    return () => {
      this._users--;
      if (this._users === 0 && !this._hasNews) this._unregister();
    };
  }

  /** Returns the totals of a name, for one more breaker of it. */
  toTotals(name: string): CircuitTotals {
    const totals = this._totals.get(name) ?? new CircuitTotals(name);
    this._totals.set(name, totals);
    this._gone.delete(name);
    return totals;
  }

  /** Keeps the totals of a name that has lost its last breaker, for a while. */
  release({ name }: CircuitTotals): void {
    this._gone.add(name);
    if (this._gone.size <= MAX_GONE) return;
    for (const longest of this._gone) {
      this._gone.delete(longest);
      this._totals.delete(longest);
      return;
    }
  }

  /** Whether another collection has something to report. */
  private get _hasNews(): boolean {
    return this._observed.size > 0 || [...this._totals.values()].some(({ counted }) => counted);
  }

  private get _observables(): Observable[] {
    return [this._transitions, this._calls, this._state, this._active, this._reopens];
  }

  private readonly _observe = async (result: BatchObservableResult): Promise<void> => {
    const observed = new Set<string>();
    for (const totals of this._totals.values()) {
      this._observeCounts(result, totals);
      // An SDK with cumulative temporality may repeat the last observation: let that be 0 and not `open`.
      if (totals.breakers.size > 0) observed.add(totals.name);
      else if (!this._observed.has(totals.name)) continue;
      this._observeBreakers(result, totals);
    }
    this._observed = observed;
    if (this._users > 0) return;
    // Not before the SDK has gone through the list of callbacks, which it does in one go.
    await Promise.resolve();
    if (this._users === 0) this._unregister();
  };

  private _observeCounts(result: BatchObservableResult, { calls, transitions }: CircuitTotals): void {
    for (const { count, attributes } of transitions.values()) result.observe(this._transitions, count, attributes);
    for (const { count, attributes } of Object.values(calls)) {
      if (count > 0) result.observe(this._calls, count, attributes);
    }
  }

  private _observeBreakers(result: BatchObservableResult, totals: CircuitTotals): void {
    const { states, active, reopens } = totals.read();
    const attributes = { [NAME]: totals.name };
    for (const [state, count] of Object.entries(states)) {
      result.observe(this._state, count, { ...attributes, [STATE]: state });
    }
    result.observe(this._active, active, attributes);
    result.observe(this._reopens, reopens, attributes);
  }

  private _unregister(): void {
    this._meter.removeBatchObservableCallback(this._observe, this._observables);
    this._registered = false;
  }
}
