import { Subscription, type Subscriber } from 'rxjs';
import { CallNotPermittedError } from '../errors/call-not-permitted-error.ts';
import type { CallContext } from '../types/call-context.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Metric } from '../types/metric.ts';
import type { Classifier, Outcome } from '../types/outcome.ts';
import type { ProbeContext } from '../types/probe-context.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { tryOrReport } from '../util/report-error.ts';
import type { SlidingWindow } from '../components/windows/sliding-window.ts';
import type { Announcer } from './announcer.ts';
import { AdmittedCall, type CallOwner, type Settlement } from './call.ts';
import { Clock } from './clock.ts';
import { frozenCopyOf } from './copied-metric.ts';
import { count, newEpoch, type Epoch, type HalfOpenEpoch, type MetricsOnlyEpoch, type OpenEpoch } from './epoch.ts';
import { Ledger } from './ledger.ts';
import type { ResolvedOptions } from './options.ts';
import { PendingRetry } from './pending-retry.ts';
import { verdictOn, type Verdict } from './verdict.ts';

type Recorded = 'success' | 'failure';

/** A state to be entered, and why; with the metric, if the window has just been asked for it. */
interface Change extends Pick<Signal, 'reason' | 'detail'> {
  readonly state: State;
  readonly cause?: unknown;
  readonly metric?: Metric;
}

/** A verdict, and the metric that it is based on. */
type Judgement = Verdict & { readonly metric: Metric };

/** The rules of the circuit: which calls are let through, what their outcomes count for, when the state changes. */
export class StateMachine implements CallOwner {
  readonly #announcer: Announcer;
  readonly #settings: ResolvedOptions;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  #epoch: Epoch;
  #reopens = 0;
  #rejected = 0;
  /** What opened the circuit. */
  #cause: unknown;
  /** While the retry is asked, which may use a command. */
  #askingRetry = false;
  #disposed = false;

  constructor(settings: ResolvedOptions, window: SlidingWindow, announcer: Announcer) {
    this.#settings = settings;
    this.#announcer = announcer;
    this.#ledger = new Ledger(window, settings.tripper);
    this.#clock = new Clock(settings.scheduler);
    this.#epoch = newEpoch('closed', this.#clock.now());
  }

  get state(): State {
    return this.#epoch.state;
  }

  info(): CircuitBreakerInfo {
    const now = this.#clock.now();
    return Object.freeze({
      name: this.#settings.name,
      state: this.#epoch.state,
      changedAt: this.#clock.toSchedulerTime(this.#epoch.changedAt),
      reopens: this.#reopens,
      metric: frozenCopyOf(this.#ledger.getMetric(now)),
      inFlight: this.#epoch.inFlight,
      rejected: this.#rejected,
      retryAt: this.#retryAt(),
    });
  }

  /** Whether a call is in flight, the circuit waits, or a command keeps it as it is. */
  get inUse(): boolean {
    const epoch = this.#epoch;
    switch (epoch.state) {
      case 'closed':
      case 'half_open':
        return epoch.inFlight > 0;
      case 'open':
        return this.#clock.now() < epoch.retry.dueAt;
      default:
        return !this.#disposed;
    }
  }

  // Admission

  /** The call, or why there is none: to throw that would cost more than all the rest of a rejection. */
  admit<T>(classify?: Classifier<T>, destination?: Subscriber<T>): AdmittedCall<T> | CallNotPermittedError {
    const epoch = this.#epoch;
    if (epoch.state === 'open') {
      const now = this.#clock.now();
      if (now < epoch.retry.dueAt) return this.#reject(now);
      this.#halfOpen(epoch);
    }
    // Not again: if a listener or a permit opens the circuit anew, it stays open for this call.
    return this.#admitNow(classify, destination);
  }

  #admitNow<T>(classify?: Classifier<T>, destination?: Subscriber<T>): AdmittedCall<T> | CallNotPermittedError {
    const epoch = this.#epoch;
    switch (epoch.state) {
      case 'closed':
      case 'metrics_only':
      case 'disabled':
        return this.#begin(epoch, classify, destination);
      case 'half_open':
        return this.#beginProbe(epoch, classify, destination);
      case 'open':
      case 'forced_open':
        return this.#reject();
    }
  }

  #begin<T>(epoch: Epoch, classify?: Classifier<T>, destination?: Subscriber<T>): AdmittedCall<T> {
    const call = new AdmittedCall(this, epoch, this.#clock.now(), classify, destination);
    epoch.inFlight++;
    return call;
  }

  #beginProbe<T>(
    epoch: HalfOpenEpoch,
    classify?: Classifier<T>,
    destination?: Subscriber<T>,
  ): AdmittedCall<T> | CallNotPermittedError {
    const { maxProbes, permit, probeTimeout, scheduler } = this.#settings;
    if (epoch.inFlight >= maxProbes) return this.#reject();
    const permitted = permit(this.#probeContext(epoch));
    // A permit that has used a command, or the place itself, is no reason to break the rules.
    if (epoch !== this.#epoch) return this.#admitNow(classify, destination);
    if (!permitted) epoch.denied++;
    if (!permitted || epoch.inFlight >= maxProbes) return this.#reject();

    const call = this.#begin(epoch, classify, destination);
    epoch.admitted++;
    try {
      epoch.timers.add(call.limit(scheduler, probeTimeout));
    } catch (error) {
      call.unsubscribe();
      throw error;
    }
    return call;
  }

  #probeContext({ changedAt, admitted, denied, inFlight }: HalfOpenEpoch): ProbeContext {
    const now = this.#clock.toSchedulerTime(this.#clock.now());
    const { random } = this.#settings;
    return { changedAt: this.#clock.toSchedulerTime(changedAt), now, admitted, denied, inFlight, random };
  }

  #reject(now = this.#clock.now()): CallNotPermittedError {
    this.#rejected++;
    const { state } = this.#epoch;
    const dueAt = this.#dueAt();
    const retryAfter = dueAt === undefined ? undefined : Math.max(0, dueAt - now);
    const error = new CallNotPermittedError({ circuit: this.#settings.name, state, retryAfter, cause: this.#cause });
    if (this.#announcer.calls.observed) {
      this.#tell('rejected', state, now, 0, error, false);
      this.#announcer.flush();
    }
    return error;
  }

  #tell(type: CallEvent['type'], state: State, now: number, duration: number, error: unknown, stale: boolean): void {
    const { name } = this.#settings;
    const timestamp = this.#clock.toSchedulerTime(now);
    this.#announcer.call({ name, type, state, timestamp, duration, error, stale });
  }

  // Settling

  judges(epoch: Epoch): boolean {
    return !this.#disposed && epoch.state !== 'disabled';
  }

  outcomeOf(error: unknown): Outcome {
    return this.#settings.tracker.test(error) ? 'failure' : this.#settings.untracked;
  }

  settle(epoch: Epoch, startedAt: number, settlement: Settlement, error: unknown): void {
    epoch.inFlight--;
    if (!this.judges(epoch)) return;

    const now = this.#clock.now();
    const duration = now - startedAt;
    const stale = epoch !== this.#epoch;
    if (this.#announcer.calls.observed) this.#tell(settlement, epoch.state, now, duration, error, stale);
    try {
      if (!stale && (settlement === 'success' || settlement === 'failure')) {
        this.#record(epoch, settlement, duration, now, error);
      }
    } finally {
      this.#announcer.flush();
    }
  }

  #record(epoch: Epoch, outcome: Recorded, duration: number, now: number, error: unknown): void {
    this.#ledger.record(outcome === 'success', duration, now);
    count(epoch, outcome);
    if (epoch.state === 'metrics_only') this.#rehearse(epoch, outcome, now);
    if (epoch.state !== 'closed' && epoch.state !== 'half_open') return;

    const judgement = this.#judge(epoch, epoch.state, outcome, now);
    // A tripper or recovery that has used a command itself had the last word.
    if (!judgement || epoch !== this.#epoch) return;
    this.#enter({ ...judgement, cause: judgement.state === 'open' && outcome === 'failure' ? error : undefined });
  }

  /** Says, to those who want to know, whether the tripper would have opened a closed circuit now and not before. */
  #rehearse(epoch: MetricsOnlyEpoch, outcome: Recorded, now: number): void {
    if (!this.#announcer.crossings.observed) {
      // Whoever comes next is told anew.
      epoch.wouldTrip = false;
      return;
    }
    tryOrReport(() => {
      const judgement = this.#judge(epoch, 'closed', outcome, now);
      if (epoch !== this.#epoch) return;
      if (judgement && !epoch.wouldTrip) {
        const { detail, metric } = judgement;
        const { name } = this.#settings;
        this.#announcer.crossing({
          name,
          timestamp: this.#clock.toSchedulerTime(now),
          detail,
          metric: frozenCopyOf(metric),
        });
      }
      epoch.wouldTrip = judgement !== undefined;
    });
  }

  #judge(epoch: Epoch, as: State, outcome: Recorded, now: number): Judgement | undefined {
    let metric = this.#ledger.getMetric(now);
    let verdict = verdictOn(this.#contextOf(epoch, as, outcome, now, metric), this.#settings);
    if (epoch === this.#epoch && this.#ledger.recount()) {
      metric = this.#ledger.getMetric(now);
      verdict = verdictOn(this.#contextOf(epoch, as, outcome, now, metric), this.#settings);
    }
    return verdict && { ...verdict, metric };
  }

  #contextOf(epoch: Epoch, state: State, outcome: Recorded, now: number, metric: Metric): CallContext {
    const { consecutiveFailures, consecutiveSuccesses, successes, failures, inFlight } = epoch;
    return {
      metric: state === 'closed' ? this.#ledger.forTripper(metric) : this.#ledger.learningFrom(metric),
      state,
      outcome,
      consecutiveFailures,
      consecutiveSuccesses,
      successes,
      failures,
      changedAt: this.#clock.toSchedulerTime(epoch.changedAt),
      now: this.#clock.toSchedulerTime(now),
      inFlight,
    };
  }

  // Commands

  /** Enters a state at somebody's command; does nothing in that state. */
  command(state: State, detail: string): void {
    if (this.#disposed || this.#epoch.state === state || (this.#askingRetry && state === 'open')) return;
    this.#change({ state, reason: 'manual', detail });
  }

  reset(): void {
    if (this.#epoch.state !== 'closed') return this.command('closed', 'reset()');
    this.#ledger.reset();
    this.#epoch.consecutiveFailures = 0;
    this.#epoch.consecutiveSuccesses = 0;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const old = this.#epoch;
    this.#epoch = newEpoch('disabled', old.changedAt);
    this.#cause = undefined;
    end(old);
    this.#announcer.complete();
    this.#announcer.flush();
  }

  // Transitions

  #change(change: Change): void {
    try {
      this.#enter(change);
    } finally {
      this.#announcer.flush();
    }
  }

  #enter({ state, reason, detail, cause, metric: measured }: Change): void {
    const from = this.#epoch;
    const now = this.#clock.now();
    const metric = frozenCopyOf(measured ?? this.#ledger.getMetric(now));
    const reopened = from.state === 'half_open' && state === 'open';
    const reopens = state === 'closed' ? 0 : this.#reopens + (reopened ? 1 : 0);
    const epoch = this.#epochOf(state, now, reopens, cause, metric);
    // The retry has changed the state itself, and that was the later word.
    if (this.#epoch !== from) return drop(epoch);
    try {
      this.#ledger.reset();
    } catch (error) {
      drop(epoch);
      throw error;
    }

    this.#epoch = epoch;
    this.#reopens = reopens;
    if (state !== 'half_open') this.#cause = cause;
    this.#announcer.signal({
      name: this.#settings.name,
      oldState: from.state,
      newState: state,
      timestamp: this.#clock.toSchedulerTime(now),
      reason,
      detail,
      metric,
      retryAt: this.#retryAt(),
      cause,
    });

    // Only now that the change is told: a teardown may do anything, a notifier may speak at once.
    end(from);
    if (epoch.state === 'open') {
      epoch.retry.listen();
      if (this.#announcer.signals.observed) tryOrReport(() => epoch.retry.setAlarm(now));
    }
  }

  #epochOf(state: State, changedAt: number, reopens: number, cause: unknown, metric: Metric): Epoch {
    switch (state) {
      case 'open':
        return { ...newEpoch(state, changedAt), retry: this.#askRetry(changedAt, reopens, cause, metric) };
      case 'half_open':
        return { ...newEpoch(state, changedAt), admitted: 0, denied: 0, timers: new Subscription() };
      case 'metrics_only':
        return { ...newEpoch(state, changedAt), wouldTrip: false };
      default:
        return newEpoch(state, changedAt);
    }
  }

  #askRetry(openedAt: number, reopens: number, cause: unknown, metric: Metric): PendingRetry {
    const { retry: ask, random, scheduler } = this.#settings;
    const changedAt = this.#clock.toSchedulerTime(openedAt);
    const opening = Object.freeze({ changedAt, reopens, cause, metric, random, scheduler });
    this.#askingRetry = true;
    const retry = new PendingRetry(ask, opening, openedAt, () => {
      if (this.#epoch.state === 'open' && this.#epoch.retry === retry) this.#wake(this.#epoch);
    });
    this.#askingRetry = false;
    return retry;
  }

  /** Leaves an open state whose retry is due. */
  #halfOpen(epoch: OpenEpoch): void {
    const waited = this.#clock.now() - epoch.changedAt;
    this.#change({ state: 'half_open', reason: 'retry', detail: `open for ${String(waited)} ms` });
  }

  /** The same where no call is there to be told of an error in user code. */
  #wake(epoch: OpenEpoch): void {
    tryOrReport(() => this.#halfOpen(epoch));
  }

  // Watching

  /** Leaves an open state that is due by now, for somebody who has come to see it. */
  catchUp(): void {
    const epoch = this.#epoch;
    if (epoch.state !== 'open') return;
    tryOrReport(() => {
      if (this.#clock.now() >= epoch.retry.dueAt) this.#halfOpen(epoch);
    });
  }

  /** Changes of state come on time, for as long as somebody watches. */
  watch(watcher: Subscriber<Signal>): void {
    this.#announcer.signals.add(watcher);
    const epoch = this.#epoch;
    if (epoch.state === 'open') tryOrReport(() => epoch.retry.setAlarm(this.#clock.now()));
  }

  unwatch(watcher: Subscriber<Signal>): void {
    this.#announcer.signals.remove(watcher);
    if (!this.#announcer.signals.observed && this.#epoch.state === 'open') this.#epoch.retry.clearAlarm();
  }

  /** When the circuit will be tried again, in counted time, if that is known. */
  #dueAt(): number | undefined {
    const dueAt = this.#epoch.state === 'open' ? this.#epoch.retry.dueAt : Infinity;
    return Number.isFinite(dueAt) ? dueAt : undefined;
  }

  #retryAt(): number | undefined {
    const dueAt = this.#dueAt();
    return dueAt === undefined ? undefined : this.#clock.toSchedulerTime(dueAt);
  }
}

/** Leaves an epoch that was never entered. */
function drop(epoch: Epoch): void {
  // Nobody waits for what the retry has answered, but a promise that is rejected must have been heard.
  if (epoch.state === 'open') epoch.retry.listen();
  end(epoch);
}

/** Drops what must not outlive an epoch. */
function end(epoch: Epoch): void {
  if (epoch.state === 'open') tryOrReport(() => epoch.retry.end());
  if (epoch.state === 'half_open') tryOrReport(() => epoch.timers.unsubscribe());
}
