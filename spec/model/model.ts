// What the circuit breaker has to do, written to be read: every record is kept, everything is computed from them.
import { Observable, VirtualTimeScheduler, type Subscriber, type Subscription } from 'rxjs';
import type { State } from '../../lib/index.ts';
import { Audience, type Watcher } from './audience.ts';
import { Callers, subscriberOf, type Guard } from './callers.ts';
import {
  BROKEN,
  ODD,
  randomOf,
  TRACKED,
  type CommandName,
  type Config,
  type Notice,
  type Reaction,
  type Stream,
} from './config.ts';
import { Epoch } from './epoch.ts';
import { FOREIGN } from './foreign-rejection.ts';
import { permits } from './permits.ts';
import { Rejection } from './rejection.ts';
import { waitOf, type Wait } from './wait.ts';

type Settlement = 'success' | 'failure' | 'ignored' | 'cancelled';

/** An admitted call. */
export interface ModelCall {
  readonly classified: boolean;
  readonly epoch: Epoch;
  readonly startedAt: number;
  /** How many calls were rejected before it was admitted. */
  readonly rejectedBefore: number;
  /** When its time-out fires, in the time of timers. */
  readonly timeoutAt: number;
  timeout: Subscription | undefined;
  hasValue: boolean;
  settled: boolean;
}

const TARGETS: Record<CommandName, State> = {
  reset: 'closed',
  trip: 'open',
  halfOpen: 'half_open',
  disable: 'disabled',
  metricsOnly: 'metrics_only',
  forceOpen: 'forced_open',
};

/** How long after a rejection, in ms, a cancelled probe counts as lost to it. */
const LOST_WITHIN = 100;

/** The wait after a notifier that errs. */
const AFTER_ERROR = 60_000;

export class Model {
  readonly audience = new Audience((by, state) => this.#react(by, state));
  readonly callers: Callers;
  readonly guard: Guard = (source$, classified) =>
    new Observable((subscriber) => this.#call(source$, classified, subscriber));
  /** What `call$` has emitted. */
  readonly events: unknown[] = [];
  rejected = 0;
  ignored = 0;
  reopens = 0;
  disposed = false;
  lastSignal: object | undefined;
  epoch: Epoch;

  readonly config: Config;
  readonly #random: () => number;
  readonly timers = new VirtualTimeScheduler();
  /** How far counted time is ahead of timers, and the scheduler's clock behind counted time. */
  #ahead = 0;
  #behind = 0;
  /** What the circuit waits for while open, and what opened it. */
  #wait: Wait = { ms: Infinity };
  #dueAt = Infinity;
  #notifier: Subscription | undefined;
  #alarm: Subscription | undefined;
  #alarmAt: number | undefined;
  #cause: unknown;
  #reactions: number;

  constructor(config: Config) {
    this.config = config;
    this.#random = randomOf(config.seed);
    this.#reactions = config.reaction?.times ?? 0;
    this.epoch = new Epoch(config, 'closed', 0);
    const describe = (error: unknown): object | undefined => (error instanceof Rejection ? error.shown : undefined);
    this.callers = new Callers({ guard: this.guard, describe }, this.timers, (who, what) =>
      this.audience.hear(who, what),
    );
  }

  /** Time as the breaker counts it. */
  get now(): number {
    return this.timers.frame + this.#ahead;
  }

  // What is seen

  info(): object {
    const { state, changedAt, inFlight } = this.epoch;
    const { rejected, ignored } = this;
    const shown = { state, inFlight: inFlight.size, rejected, ignored, retryAt: this.#retryAt() };
    if (this.disposed) return shown;
    const metric = this.epoch.counts(this.now);
    const { reopens, lastSignal } = this;
    return { ...shown, changedAt: this.#toClock(changedAt), reopens, metric, lastSignal };
  }

  /** How many timers the breaker may hold. */
  pending(): number {
    const probes = this.epoch.state === 'half_open' ? this.epoch.inFlight.size : 0;
    return probes + (this.#alarm || this.#notifier ? 1 : 0);
  }

  /** The ms until something is due. */
  nextDue(): number {
    if (this.#dueAt < Infinity) return this.#dueAt - this.now;
    const timer = this.#alarmAt ?? [...this.epoch.inFlight][0]?.timeoutAt;
    return timer === undefined || timer === Infinity ? 0 : timer - this.timers.frame;
  }

  get state(): State {
    return this.epoch.state;
  }

  get inFlight(): number {
    return this.epoch.inFlight.size;
  }

  // What happens

  command(name: CommandName): void {
    const state = TARGETS[name];
    if (this.disposed) return;
    if (state !== this.epoch.state) this.#enter(state, 'manual');
    else if (name === 'reset') this.epoch.clear();
    this.audience.deliver();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.#leave();
    this.epoch = new Epoch(this.config, 'disabled', this.now);
    this.audience.postEnd();
    this.events.push('complete');
    this.audience.deliver();
  }

  watch(stream: Stream): void {
    // A watcher of changes gets one that is due; a watcher of the state is shown the state after that one.
    const { audience } = this;
    const watcher = audience.arrive(stream);
    this.#catchUp();
    audience.listen(watcher);
    this.#setAlarm();
    audience.hold(() => {
      if (this.disposed) audience.postEnd(watcher);
      if (stream === 'state$') audience.show(watcher, this.epoch.state);
    });
  }

  unwatch(watcher: Watcher | undefined): void {
    if (watcher) this.audience.leave(watcher);
    if (this.audience.watchers.length === 0) this.#clearAlarm();
  }

  /** Time passes. */
  advance(ms: number): void {
    const end = this.timers.frame + ms;
    this.timers.maxFrames = end;
    this.timers.flush();
    this.timers.frame = end;
  }

  /** The clock is set: forward counts as time, back does not. */
  step(ms: number): void {
    if (ms > 0) this.#ahead += ms;
    else this.#behind -= ms;
  }

  // A call

  #call(source$: Observable<unknown>, classified: boolean, subscriber: Subscriber<unknown>): void {
    if (subscriber.closed) return;
    this.#catchUp();
    if (!this.#admits()) return subscriber.error(this.#reject());

    const { epoch, now: startedAt, rejected: rejectedBefore } = this;
    const timeoutAt = epoch.state === 'half_open' ? this.timers.frame + this.config.probeTimeout : Infinity;
    const call: ModelCall = {
      classified,
      epoch,
      startedAt,
      rejectedBefore,
      timeoutAt,
      timeout: undefined,
      hasValue: false,
      settled: false,
    };
    epoch.inFlight.add(call);
    if (timeoutAt < Infinity) {
      const fail = (): void => this.#settle(call, 'failure', 'TimeoutError');
      call.timeout = this.timers.schedule(fail, this.config.probeTimeout);
    }
    const inner = subscriberOf<unknown>({
      next: (value) => {
        this.#value(call, value);
        subscriber.next(value);
      },
      error: (error) => {
        this.#settle(call, this.#outcomeOf(error), error);
        subscriber.error(error);
      },
      complete: () => {
        this.#settle(call, 'success', undefined);
        subscriber.complete();
      },
    });
    // The call settles before its source is torn down.
    subscriber.add(() => this.#settle(call, call.hasValue && !classified ? 'success' : 'cancelled', undefined));
    subscriber.add(inner);
    // A listener may have unsubscribed at the transition before the admission.
    if (!inner.closed) source$.subscribe(inner);
  }

  #value(call: ModelCall, value: unknown): void {
    call.hasValue = true;
    // While disabled no function of the user is called.
    if (!call.classified || this.disposed || call.epoch.state === 'disabled') return;
    if (value === 'failure') this.#settle(call, value, value);
    if (value === 'success' || value === 'ignored') this.#settle(call, value, undefined);
  }

  #outcomeOf(error: unknown): Settlement {
    if (isRejection(error)) return 'ignored';
    if (error === TRACKED) return 'failure';
    const { untracked } = this.config;
    if (untracked === 'function') return error === ODD ? 'success' : 'ignored';
    return untracked;
  }

  #catchUp(): void {
    if (this.now >= this.#dueAt) this.#enter('half_open', 'retry');
    this.audience.deliver();
  }

  #admits(): boolean {
    const { epoch, now } = this;
    if (epoch.state === 'open' || epoch.state === 'forced_open') return false;
    if (epoch.state !== 'half_open') return true;
    if (epoch.credit > 0 && epoch.inFlight.size < 1 + epoch.credit) {
      epoch.admitted++;
      return true;
    }
    if (epoch.inFlight.size >= this.config.maxProbes) return false;
    const permitted = permits(this.config.permit, epoch, now, this.#random);
    if (permitted) epoch.admitted++;
    else epoch.denied++;
    return permitted;
  }

  #reject(): Rejection {
    this.rejected++;
    const { state } = this.epoch;
    const retryAfter = this.#dueAt < Infinity ? Math.ceil(Math.max(0, this.#dueAt - this.now)) : undefined;
    const rejection = new Rejection({ state, retryAfter, cause: this.#cause });
    this.epoch.lastRejected = { rejection, at: this.now, number: this.rejected };
    const { shown: error } = rejection;
    this.#post({ type: 'rejected', state, duration: 0, error, stale: false });
    this.audience.deliver();
    return rejection;
  }

  #settle(call: ModelCall, outcome: Settlement, error: unknown): void {
    if (call.settled) return;
    call.settled = true;
    call.timeout?.unsubscribe();
    const { epoch, startedAt } = call;
    epoch.inFlight.delete(call);
    if (epoch.state === 'disabled' || this.disposed) return;

    if (outcome === 'ignored') this.ignored++;
    const duration = this.now - startedAt;
    const stale = epoch !== this.epoch;
    this.#post({ type: outcome, state: epoch.state, duration, error: this.callers.plain(error), stale });
    if (!stale && epoch.state === 'half_open') this.#loseTo(this.#rejectionThatEnded(call, outcome, error));
    if (!stale && (outcome === 'success' || outcome === 'failure')) this.#record(epoch, outcome, duration, error);
    this.audience.deliver();
  }

  #record(epoch: Epoch, outcome: 'success' | 'failure', duration: number, error: unknown): void {
    epoch.record(outcome, duration, this.now);
    const state = epoch.verdict(this.now);
    if (state === 'open') this.#enter(state, 'tripped', outcome === 'failure' ? error : undefined);
    if (state === 'closed') this.#enter(state, 'recovered');
  }

  // Groups

  /** The rejection to which a probe was lost: the one it ended with, or the last one if it was cancelled soon after. */
  #rejectionThatEnded(call: ModelCall, outcome: Settlement, error: unknown): Rejection | undefined {
    if (outcome === 'ignored') return ownRejectionIn(error);
    const last = this.epoch.lastRejected;
    if (outcome !== 'cancelled' || !last || last.number <= call.rejectedBefore) return undefined;
    return this.now - last.at <= LOST_WITHIN ? last.rejection : undefined;
  }

  /** Counts a lost probe; if the losses to that rejection leave no probe in flight, they become credit. */
  #loseTo(rejection: Rejection | undefined): void {
    if (!rejection) return;
    const { inFlight, losses } = this.epoch;
    const lost = (losses.get(rejection) ?? 0) + 1;
    losses.set(rejection, lost);
    if (inFlight.size > 0) return;
    this.epoch.credit += lost;
    losses.delete(rejection);
  }

  // How

  #toClock(time: number): number {
    return time - this.#behind;
  }

  #post(event: { state: State; error: unknown; [name: string]: unknown }): void {
    this.events.push({ ...event, timestamp: this.#toClock(this.now) });
  }

  #retryAt(): number | undefined {
    return this.#dueAt < Infinity ? this.#toClock(this.#dueAt) : undefined;
  }

  #leave(): void {
    for (const { timeout } of this.epoch.inFlight) timeout?.unsubscribe();
    this.#notifier?.unsubscribe();
    this.#notifier = undefined;
    this.#dueAt = Infinity;
    this.#clearAlarm();
  }

  #enter(newState: State, reason: string, cause?: unknown): void {
    const { state: oldState } = this.epoch;
    const metric = this.epoch.counts(this.now);
    if (newState === 'closed') this.reopens = 0;
    if (oldState === 'half_open' && newState === 'open') this.reopens++;
    if (newState !== 'half_open') this.#cause = cause;
    this.#leave();
    this.#wait = newState === 'open' ? waitOf(this.config.retry, this.reopens, this.#random) : { ms: Infinity };
    this.#dueAt = this.now + this.#wait.ms;
    if (this.#wait.report !== undefined) this.audience.hear('reports', this.#wait.report);
    this.epoch = new Epoch(this.config, newState, this.now);

    const timestamp = this.#toClock(this.now);
    this.lastSignal = { oldState, newState, timestamp, reason, metric, retryAt: this.#retryAt(), cause };
    this.audience.postSignal(this.lastSignal, newState);

    const { notifier } = this.#wait;
    if (notifier?.after === 0) this.#notify(notifier.emits);
    else if (notifier) {
      const notify = (): void => {
        this.#notifier = undefined;
        this.#notify(notifier.emits);
        this.audience.deliver();
      };
      this.#notifier = this.timers.schedule(notify, notifier.after);
    }
    this.#setAlarm();
  }

  /** While it is watched, an open circuit wakes up by itself. */
  #setAlarm(): void {
    if (this.#alarm || this.#dueAt === Infinity || this.audience.watchers.length === 0) return;
    const wait = Math.max(0, this.#dueAt - this.now);
    const wake = (): void => {
      this.#enter('half_open', 'retry');
      this.audience.deliver();
    };
    this.#alarmAt = this.timers.frame + wait;
    this.#alarm = this.timers.schedule(wake, wait);
  }

  #clearAlarm(): void {
    this.#alarm?.unsubscribe();
    this.#alarm = undefined;
    this.#alarmAt = undefined;
  }

  #notify(notice: Notice): void {
    if (notice === 'value') return this.#enter('half_open', 'retry');
    if (notice === 'complete') return;
    this.audience.hear('reports', BROKEN);
    this.#dueAt = this.now + AFTER_ERROR;
    this.#setAlarm();
  }

  #react(by: Reaction['by'], state: State): void {
    const { reaction } = this.config;
    if (reaction?.by !== by || reaction.to !== state || this.#reactions === 0) return;
    this.#reactions--;
    switch (reaction.deed) {
      case 'dispose':
        return this.dispose();
      case 'watch':
        return this.watch('state$');
      case 'unwatch':
        return this.unwatch(this.audience.oldest());
      case 'subscribe':
        return this.callers.subscribe(reaction.client);
      case 'unsubscribe':
        return this.callers.unsubscribe(0);
      default:
        this.command(reaction.deed);
    }
  }
}

/** A rejection by any breaker, or an error whose own cause is one. */
function isRejection(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return ownRejectionIn(error) !== undefined || error === FOREIGN || cause === FOREIGN;
}

function ownRejectionIn(error: unknown): Rejection | undefined {
  if (error instanceof Rejection) return error;
  return error instanceof Error && error.cause instanceof Rejection ? error.cause : undefined;
}
