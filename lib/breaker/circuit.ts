import type { Subscriber } from 'rxjs';
import { CallNotPermittedError, findRejection } from '../errors/call-not-permitted-error.ts';
import { RejectionOrigin } from '../errors/rejection-origin.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { Metric } from '../types/metric.ts';
import type { Outcome } from '../types/outcome.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { wrongType } from '../util/check.ts';
import { tryOrReport } from '../util/report-error.ts';
import { CallRecorder } from './call-recorder.ts';
import { Clock } from './clock.ts';
import { toOpening } from './contexts.ts';
import { toFrozenMetric } from './copied-metric.ts';
import { makeWindow } from './make-window.ts';
import type { Membership } from './membership.ts';
import { askRetry, OpenTimer, type Wait } from './open-timer.ts';
import type { Parts } from './parts.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import type { BreakerState, Change, Settlement, StateCall } from './states/breaker-state.ts';
import { Closed } from './states/closed.ts';
import { Disabled } from './states/disabled.ts';
import { makeState } from './states/make-state.ts';
import { Streams } from './streams.ts';

/** The rules that all states share: which calls are admitted, what their end leads to, and the one way to the next state. */
export class Circuit implements Parts {
  readonly options: ResolvedOptions;
  readonly clock: Clock;
  readonly recorder: CallRecorder;
  readonly streams: Streams;
  state: BreakerState;
  reopens = 0;
  rejected = 0;
  ignored = 0;
  /** Why the circuit entered its state. */
  detail = '';
  lastSignal: Signal | undefined = undefined;
  /** Its place in a fleet. */
  member: Membership | undefined = undefined;
  disposed = false;
  /** What opened the circuit. */
  private _cause: unknown = undefined;
  /** Shared by all rejections of one opening; undefined before the first. */
  private _origin: RejectionOrigin | undefined = undefined;
  /** While the retry is asked, which may itself call `trip()`. */
  private _askingRetry = false;

  constructor(options: ResolvedOptions) {
    this.options = options;
    this.recorder = new CallRecorder(makeWindow(options), options.tripper);
    this.clock = new Clock(options.scheduler);
    this.streams = new Streams(options.listeners);
    this.state = new Closed(this, this.clock.now());
  }

  // Admission

  /** Admits the call, or returns why not. Throws what a permit throws. */
  admit(call: StateCall): CallNotPermittedError | undefined {
    let state = this.state;
    if (state.timer) {
      const now = this.clock.now();
      if (now < state.timer.dueAt) return this._reject(now);
      this._goHalfOpen(state);
      // Once at most: if a listener opens the circuit again, it stays open for this call.
      state = this.state;
    }
    let refused = state.refuses();
    if (state !== this.state) {
      // The permit has given a command. Another half-open period is not asked again, so that no loop is possible.
      state = this.state;
      refused = state.name === 'half_open' || state.refuses();
    }
    if (refused) return this._reject(this.clock.now());
    state.admit(call);
    return undefined;
  }

  private _reject(now: number): CallNotPermittedError {
    this.rejected++;
    const { dueAt, state } = this;
    this._origin ??= new RejectionOrigin(this._cause, this);
    const rejection = new CallNotPermittedError(
      {
        circuit: this.options.name,
        state: state.name,
        retryAfter: dueAt === undefined ? undefined : Math.max(0, Math.ceil(dueAt - now)),
        cause: this._cause,
      },
      this._origin,
    );
    state.rejected(rejection, now);
    if (this.streams.watchesCalls) {
      this._emitCall('rejected', state.name, now, 0, rejection, false);
      this.streams.flush();
    }
    return rejection;
  }

  // Settling

  /** Whether the end of the calls of this state matters. While disabled no user code is asked about them. */
  judges(state: BreakerState): boolean {
    return !this.disposed && state.name !== 'disabled';
  }

  /** The outcome of an error. Throws what a tracker or `untracked` throws. */
  toOutcome(error: unknown): Outcome {
    // The dependency was not asked: a rejection shows nothing about it, and must never open a circuit.
    if (findRejection(error)) return 'ignored';
    const { tracker, untracked } = this.options;
    if (tracker.test(error)) return 'failure';
    const outcome: unknown = typeof untracked === 'function' ? untracked(error) : untracked;
    if (outcome === 'ignored' || outcome === 'success') return outcome;
    throw wrongType('untracked: what it returns', "'ignored' or 'success'", outcome);
  }

  /** A call has ended, and has given back its place. */
  settle(call: StateCall, settlement: Settlement, error: unknown): void {
    const { state } = call;
    if (!this.judges(state)) return;
    let now: number;
    try {
      now = this.clock.now();
    } catch (failure) {
      state.forget(call);
      throw failure;
    }
    const duration = now - call.startedAt;
    const stale = state !== this.state;
    if (settlement === 'ignored') this.ignored++;
    if (this.streams.watchesCalls) this._emitCall(settlement, state.name, now, duration, error, stale);
    try {
      if (stale) return;
      const change = state.settle(call, settlement, error, duration, now);
      if (change) this._transition(state, change, now);
    } finally {
      this.streams.flush();
    }
  }

  private _emitCall(
    type: CallEvent['type'],
    state: State,
    now: number,
    duration: number,
    error: unknown,
    stale: boolean,
  ): void {
    const timestamp = this.clock.toSchedulerTime(now);
    const { name } = this.options;
    this.streams.call(Object.freeze({ name, type, state, timestamp, duration, error, stale }));
  }

  // Commands

  /** Enters a state; does nothing in that state. */
  command(to: State, name: string, why: string | undefined): void {
    if (why !== undefined && typeof why !== 'string') throw wrongType(`${name}: why`, 'a text', why);
    if (this.disposed || this.state.name === to || (this._askingRetry && to === 'open')) return;
    this.change({ to, reason: 'manual', detail: why ? `${name}(): ${why}` : `${name}()`, cause: undefined });
  }

  reset(why: string | undefined): void {
    const { state } = this;
    // Does nothing while closed but to look at the reason.
    this.command('closed', 'reset', why);
    if (state.name !== 'closed') return;
    this.recorder.reset();
    state.forgetStreaks();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    const from = this.state;
    this.state = new Disabled(this, from.changedAt);
    this._cause = undefined;
    this._origin = undefined;
    tryOrReport(() => from.leave());
    this.member?.onDispose();
    this.streams.complete();
    this.streams.flush();
  }

  // Transitions

  /** Enters a state that no call has led to. */
  change(change: Change): void {
    // Read first: a scheduler whose clock gives a command has given it before this one.
    const now = this.clock.now();
    const from = this.state;
    if (this.disposed || from.name === change.to) return;
    try {
      this._transition(from, change, now);
    } finally {
      this.streams.flush();
    }
  }

  /** The one way from a state to the next. If user code changes the state meanwhile, that was the later word. */
  private _transition(from: BreakerState, change: Change, now: number): void {
    const { to, reason, detail, cause, steering } = change;
    const { clock, options, recorder } = this;
    if (this.state !== from) return;
    const metric = toFrozenMetric(recorder.getMetric(now));
    const reopened = to === 'open' && from.name === 'half_open' ? 1 : 0;
    const reopens = to === 'closed' ? 0 : (steering?.reopens ?? this.reopens + reopened);
    const next = makeState(to, this, now, () =>
      steering ? this.makeTimer(steering.wait ?? 0, now) : this.askRetry(now, reopens, cause, metric),
    );
    try {
      if (this.state === from) recorder.reset();
    } catch (error) {
      this.discard(next);
      throw error;
    }
    if (this.state !== from) return this.discard(next);

    this.state = next;
    this.reopens = reopens;
    this.detail = detail;
    if (to !== 'half_open') {
      this._cause = cause;
      this._origin = undefined;
    }
    const signal: Signal = (this.lastSignal = Object.freeze({
      name: options.name,
      oldState: from.name,
      newState: to,
      timestamp: clock.toSchedulerTime(now),
      reason,
      detail,
      metric,
      retryAt: this.retryAt,
      cause,
    }));
    // Queue the signal first: teardown runs user code, and a notifier may emit synchronously.
    this.streams.signal(signal);
    this.member?.onTransition(signal, from);
    tryOrReport(() => from.leave());
    if (this.state === next) this.start(next);
    else this.discard(next);
  }

  /** Asks the retry about an opening, once; the timer then goes by its answer. */
  askRetry(openedAt: number, reopens: number, cause: unknown, metric: Metric): OpenTimer {
    const { retry } = this.options;
    this._askingRetry = true;
    try {
      return this.makeTimer(askRetry(retry, toOpening(this, openedAt, reopens, cause, metric)), openedAt);
    } finally {
      this._askingRetry = false;
    }
  }

  /** A timer that makes the circuit half-open when it is due. */
  makeTimer(wait: Wait, openedAt: number): OpenTimer {
    const timer = new OpenTimer(this, wait, openedAt, (notified) => {
      const { state } = this;
      if (state.timer !== timer) return;
      if (notified || this._mayWake) tryOrReport(() => this._goHalfOpen(state));
    });
    return timer;
  }

  /** Starts the timer of a state that has been entered. */
  start(state: BreakerState): void {
    tryOrReport(() => state.timer?.start(this.streams.watchesSignals));
  }

  /** Leaves a state that was never entered. */
  discard(state: BreakerState): void {
    // Subscribed all the same, so that a rejected promise is not reported as unhandled.
    tryOrReport(() => state.timer?.start(false));
    tryOrReport(() => state.leave());
  }

  private _goHalfOpen(open: BreakerState): void {
    const waited = this.clock.now() - open.changedAt;
    if (this.state !== open) return;
    this.change({ to: 'half_open', reason: 'retry', detail: `open for ${String(waited)} ms`, cause: undefined });
  }

  /** Whether an open circuit that is due may go half-open without a call. */
  private get _mayWake(): boolean {
    return this.member?.mayWake() ?? true;
  }

  // Watching

  /** From now on state changes come on time. */
  watch(watcher: Subscriber<Signal>): void {
    this.streams.signals.add(watcher);
    tryOrReport(() => this.state.timer?.watch(true));
  }

  unwatch(watcher: Subscriber<Signal>): void {
    this.streams.signals.remove(watcher);
    if (!this.streams.watchesSignals) this.state.timer?.watch(false);
  }

  /** Leaves an open state that is due, so that a subscriber that comes later meets `half_open` at once. */
  catchUp(): void {
    const { state } = this;
    const { timer } = state;
    if (!timer || !this._mayWake) return;
    tryOrReport(() => {
      if (this.clock.now() >= timer.dueAt) this._goHalfOpen(state);
    });
  }

  // Reading

  /** When the circuit will be tried again, in counted time; undefined unless it is open with a finite wait. */
  get dueAt(): number | undefined {
    const dueAt = this.state.timer?.dueAt;
    return Number.isFinite(dueAt) ? dueAt : undefined;
  }

  /** The same in the scheduler's time. */
  get retryAt(): number | undefined {
    const dueAt = this.dueAt;
    return dueAt === undefined ? undefined : this.clock.toSchedulerTime(dueAt);
  }
}
