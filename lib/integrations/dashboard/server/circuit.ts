import { isBreaker } from '../../../registry/breakers.ts';
import type { CircuitView } from '../../../registry/circuit-view.ts';
import type { CallObserver } from '../../../registry/observe-calls.ts';
import type { CallEvent } from '../../../types/call-event.ts';
import type { CircuitBreakerInfo } from '../../../types/circuit-breaker-info.ts';
import type { Signal } from '../../../types/signal.ts';
import type { State } from '../../../types/state.ts';
import { reportError } from '../../../util/report-error.ts';
import { Durations } from './durations.ts';
import type { Row, Sample } from './messages.ts';
import { toPlainText } from './plain-text.ts';
import { Trouble } from './trouble.ts';

/** A breaker or a shadow under the key that the page knows it by, and its recent past. */
export class Circuit implements CallObserver {
  readonly key: string;
  readonly breaker: CircuitView;
  private readonly _toFleetLine: () => string | undefined;
  /** In the order of time. */
  private _samples: Sample[] = [];
  private _calls = 0;
  private _failures = 0;
  private _rejected = 0;
  private _duration = 0;
  private _longest = 0;
  private readonly _durations = new Durations();
  private readonly _trouble = new Trouble();
  /** Why it is in its state. */
  private _detail = '';
  private _lastError = '';
  /** Whether its breaker threw when it was last read. */
  private _unreadable = false;
  /** The row that the pages have. */
  private _sent = '';

  constructor(key: string, breaker: CircuitView, toFleetLine: () => string | undefined = () => undefined) {
    this.key = key;
    this.breaker = breaker;
    this._toFleetLine = toFleetLine;
    const signal = this._read()?.lastSignal;
    if (signal) this.note(signal);
  }

  get samples(): readonly Sample[] {
    return this._samples;
  }

  /** Counts a call, as the observer of its breaker. */
  settled(type: CallEvent['type'], _state: State, duration: number): void {
    if (type === 'rejected') {
      this._rejected++;
      return;
    }
    this._calls++;
    if (type === 'failure') this._failures++;
    this._duration += duration;
    if (duration > this._longest) this._longest = duration;
    this._durations.add(duration);
  }

  /** Notes a state change; returns why it came, as a line of text. */
  note(signal: Signal): string {
    this._trouble.note(signal);
    return (this._detail = toPlainText(signal.detail));
  }

  set lastError(text: string) {
    this._lastError = text;
  }

  /** Ends an interval; undefined if nothing happened in it. Drops the samples that ended at `horizon` or before. */
  sample(now: number, horizon: number): Sample | undefined {
    // The clock has been set back: they would be in the future, and never grow old.
    if (now < (this._samples.at(-1)?.[0] ?? now)) this._samples = [];
    // The last one before the horizon stays, because it has the state that the circuit comes from.
    while ((this._samples[1]?.[0] ?? Infinity) <= horizon) this._samples.shift();
    const { state } = this.breaker;
    const calls = this._calls;
    if (calls + this._rejected === 0 && state === this._samples.at(-1)?.[6]) return undefined;
    const latency = calls > 0 ? Math.round(this._duration / calls) : null;
    const longest = calls > 0 ? Math.round(this._longest) : null;
    // The upper bound of a bucket may be more than any call took.
    const p95 = longest === null ? null : Math.min(longest, this._durations.quantile(0.95) ?? longest);
    const sample: Sample = [now, calls, this._failures, this._rejected, latency, longest, state, p95];
    this._samples.push(sample);
    this._calls = this._failures = this._rejected = this._duration = this._longest = 0;
    this._durations.clear();
    return sample;
  }

  row(): Row {
    const info = this._read();
    const metric = info?.metric;
    const fleet = this._toFleetLine();
    return {
      key: this.key,
      state: info?.state ?? this.breaker.state,
      since: info?.changedAt ?? null,
      retryAt: info?.retryAt ?? null,
      detail: this._detail,
      reopens: info?.reopens ?? 0,
      calls: metric?.totalCount ?? 0,
      failures: metric?.failureCount ?? 0,
      latency: metric?.avgDuration === undefined ? null : Math.round(metric.avgDuration),
      inFlight: info?.inFlight ?? 0,
      rejected: info?.rejected ?? 0,
      ignored: info?.ignored ?? 0,
      conditions: toPlainText(info?.detail ?? ''),
      trouble: this._trouble.now,
      lastError: this._lastError,
      ...(fleet === undefined ? {} : { fleet }),
      ...(isBreaker(this.breaker) ? {} : { shadow: true }),
      unreadable: this._unreadable,
    };
  }

  /** The row, if it is another than the pages have. */
  news(): Row[] {
    const sent = this._sent;
    const row = this.send();
    return this._sent === sent ? [] : [row];
  }

  /** The row, which the pages have from now on. */
  send(): Row {
    const row = this.row();
    this._sent = JSON.stringify(row);
    return row;
  }

  /** A window, a tripper or a scheduler of one's own may throw: that is reported once, and is no harm to other circuits. */
  private _read(): Partial<CircuitBreakerInfo> | undefined {
    try {
      const info = this.breaker.info();
      this._unreadable = false;
      return info;
    } catch (error) {
      if (!this._unreadable) reportError(error);
      this._unreadable = true;
      return undefined;
    }
  }
}
