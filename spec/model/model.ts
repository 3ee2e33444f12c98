// What the circuit breaker has to do, written to be read: every record is kept, everything is computed anew.
import type { State } from '../../lib/index.ts';
import { Audience, type Watcher } from './audience.ts';
import {
  BROKEN,
  randomOf,
  TRACKED,
  UNTRACKED,
  type Client,
  type CommandName,
  type Config,
  type Notice,
  type Reaction,
  type Said,
  type Stream,
} from './config.ts';
import { Epoch } from './epoch.ts';
import { permits } from './permits.ts';
import { waitOf, type Wait } from './wait.ts';

type Settlement = 'success' | 'failure' | 'ignored' | 'cancelled';

/** An admitted call. */
export interface ModelCall {
  readonly id: number;
  readonly client: Client;
  readonly epoch: Epoch;
  readonly startedAt: number;
  /** When its time-out fires, in the time of timers. */
  readonly timeoutAt: number;
  hasValue: boolean;
  settled: boolean;
}

const TARGETS: Record<CommandName, State> = {
  reset: 'closed',
  trip: 'open',
  disable: 'disabled',
  metricsOnly: 'metrics_only',
  forceOpen: 'forced_open',
};

export class Model {
  readonly audience = new Audience((by, state) => this.#react(by, state));
  /** What `call$` has told. */
  readonly events: unknown[] = [];
  /** The calls that have not ended, in order. */
  calls: ModelCall[] = [];
  rejected = 0;
  reopens = 0;
  disposed = false;
  epoch: Epoch;

  /** Time as the breaker counts it, how far the scheduler's clock is behind it, and the time of timers. */
  now = 0;
  behind = 0;
  timers = 0;
  /** When the open circuit wakes up by itself, in the time of timers. */
  alarmAt: number | undefined;

  readonly config: Config;
  readonly #random: () => number;
  /** What the circuit waits for while open, and what opened it. */
  #wait: Wait = { ms: Infinity };
  #cause: unknown;
  #reactions: number;
  #subscribed = 0;

  constructor(config: Config) {
    this.config = config;
    this.#random = randomOf(config.seed);
    this.#reactions = config.reaction?.times ?? 0;
    this.epoch = new Epoch(config, 'closed', 0);
  }

  // What is seen

  info(): object {
    const { state, changedAt, inFlight } = this.epoch;
    const shown = { state, inFlight: inFlight.size, rejected: this.rejected, retryAt: this.#retryAt() };
    if (this.disposed) return shown;
    const metric = this.epoch.counts(this.now);
    return { ...shown, changedAt: changedAt - this.behind, reopens: this.reopens, metric };
  }

  /** How many timers may be pending. */
  pending(): number {
    const probes = this.epoch.state === 'half_open' ? this.epoch.inFlight.size : 0;
    return probes + (this.alarmAt === undefined ? 0 : 1);
  }

  /** The next moment at which something is due, in counted time. */
  nextDue(): number | undefined {
    const dueAt = this.#dueAt();
    if (dueAt < Infinity) return dueAt;
    const timer = this.alarmAt ?? this.#firstProbe()?.timeoutAt;
    return timer === undefined ? undefined : this.now + timer - this.timers;
  }

  // What happens

  /** A subscription; its source may say something at once. */
  subscribe(client: Client): void {
    const id = this.#subscribed++;
    this.#catchUp();
    if (!this.#admits()) return this.#fail(id, client, this.#reject());

    const { epoch, now: startedAt } = this;
    const timeoutAt = this.timers + this.config.probeTimeout;
    const call = { id, client, epoch, startedAt, timeoutAt, hasValue: false, settled: false };
    epoch.inFlight.add(call);
    this.calls.push(call);
    let said = 0;
    for (; said < client.script.length && this.calls.includes(call); said++) this.say(call, client.script[said]!);
    this.audience.hear(`source ${String(id)}`, said);
  }

  /** The source of a call says something. */
  say(call: ModelCall, said: Said): void {
    switch (said) {
      case 'tracked':
        return this.#error(call, 'failure', TRACKED);
      case 'untracked':
        return this.#error(call, this.config.untracked, UNTRACKED);
      case 'complete':
        this.#settle(call, 'success', undefined);
        this.#end(call);
        return this.audience.hear(`call ${String(call.id)}`, said);
      default: {
        const { manner, classified } = call.client;
        call.hasValue = true;
        // While disabled nothing of the user's is asked.
        const asked = classified && !this.disposed && call.epoch.state !== 'disabled';
        if (asked && said !== 'undecided') this.#settle(call, said, said === 'failure' ? said : undefined);
        this.audience.hear(`call ${String(call.id)}`, said);
        if (manner === 'take') this.audience.hear(`call ${String(call.id)}`, 'complete');
        if (manner !== 'take' && manner !== 'leave') return;
        this.unsubscribe(call);
      }
    }
  }

  unsubscribe(call: ModelCall): void {
    this.#settle(call, call.hasValue && !call.client.classified ? 'success' : 'cancelled', undefined);
    this.#end(call);
  }

  command(name: CommandName): void {
    const state = TARGETS[name];
    if (this.disposed) return;
    if (state !== this.epoch.state) this.#enter(state, 'manual');
    else if (name === 'reset') this.epoch.clear();
    this.audience.tell();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.epoch = new Epoch(this.config, 'disabled', this.now);
    this.alarmAt = undefined;
    this.audience.postEnd();
    this.events.push('complete');
    this.audience.tell();
  }

  watch(stream: Stream): void {
    // Who is told of changes is told of one that is due; who is shown the state is shown it after that one.
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
    if (this.audience.watchers.length === 0 && !this.#wait.notifier) this.alarmAt = undefined;
  }

  /** Time passes, from one moment at which something is due to the next. */
  advance(ms: number): void {
    const end = this.timers + ms;
    for (;;) {
      const probe = this.#firstProbe();
      const next = Math.min(this.alarmAt ?? Infinity, probe?.timeoutAt ?? Infinity);
      if (next > end) break;
      this.#passTo(next);
      if (next === this.alarmAt) {
        this.alarmAt = undefined;
        this.#speak(this.#wait.notifier?.says ?? 'value');
        this.audience.tell();
      } else if (probe) {
        this.#settle(probe, 'failure', 'TimeoutError');
      }
    }
    this.#passTo(end);
  }

  /** The clock is set: forward counts as time, back does not. */
  step(ms: number): void {
    if (ms > 0) this.now += ms;
    else this.behind -= ms;
  }

  // How

  #passTo(time: number): void {
    this.now += time - this.timers;
    this.timers = time;
  }

  #firstProbe(): ModelCall | undefined {
    return this.epoch.state === 'half_open' ? [...this.epoch.inFlight][0] : undefined;
  }

  /** When the retry is due, if it has said a number. */
  #dueAt(): number {
    return this.epoch.state === 'open' ? this.epoch.changedAt + this.#wait.ms : Infinity;
  }

  #retryAt(): number | undefined {
    const dueAt = this.#dueAt();
    return dueAt < Infinity ? dueAt - this.behind : undefined;
  }

  #catchUp(): void {
    if (this.now >= this.#dueAt()) this.#enter('half_open', 'retry');
    this.audience.tell();
  }

  #admits(): boolean {
    const { epoch, now } = this;
    if (epoch.state === 'open' || epoch.state === 'forced_open') return false;
    if (epoch.state !== 'half_open') return true;
    if (epoch.inFlight.size >= this.config.maxProbes) return false;
    const permitted = permits(this.config.permit, epoch, now, this.#random);
    if (permitted) epoch.admitted++;
    else epoch.denied++;
    return permitted;
  }

  #reject(): object {
    this.rejected++;
    const { state } = this.epoch;
    const dueAt = this.#dueAt();
    const retryAfter = dueAt < Infinity ? Math.max(0, dueAt - this.now) : undefined;
    const timestamp = this.now - this.behind;
    this.events.push({ type: 'rejected', state, timestamp, duration: 0, error: 'CallNotPermittedError', stale: false });
    return { state, retryAfter, cause: this.#cause };
  }

  #error(call: ModelCall, outcome: Settlement, error: Error): void {
    this.#settle(call, outcome, error);
    this.#end(call);
    this.#fail(call.id, call.client, error);
  }

  /** A caller hears an error, and may try again at once. */
  #fail(id: number, client: Client, error: unknown): void {
    this.audience.hear(`call ${String(id)}`, error);
    if (client.manner === 'again') this.subscribe({ ...client, manner: 'plain' });
  }

  #settle(call: ModelCall, outcome: Settlement, error: unknown): void {
    if (call.settled) return;
    call.settled = true;
    const { epoch, startedAt } = call;
    epoch.inFlight.delete(call);
    if (epoch.state === 'disabled' || this.disposed) return;

    const duration = this.now - startedAt;
    const stale = epoch !== this.epoch;
    this.events.push({ type: outcome, state: epoch.state, timestamp: this.now - this.behind, duration, error, stale });
    if (stale || outcome === 'ignored' || outcome === 'cancelled') return;
    epoch.record(outcome, duration, this.now);
    const state = epoch.verdict(this.now);
    if (state === 'open') this.#enter(state, 'tripped', outcome === 'failure' ? error : undefined);
    if (state === 'closed') this.#enter(state, 'recovered');
    this.audience.tell();
  }

  #end(call: ModelCall): void {
    this.calls = this.calls.filter((other) => other !== call);
  }

  #enter(newState: State, reason: string, cause?: unknown): void {
    const { state: oldState } = this.epoch;
    const metric = this.epoch.counts(this.now);
    if (newState === 'closed') this.reopens = 0;
    if (oldState === 'half_open' && newState === 'open') this.reopens++;
    if (newState !== 'half_open') this.#cause = cause;
    this.#wait = newState === 'open' ? waitOf(this.config.retry, this.reopens, this.#random) : { ms: Infinity };
    if (this.#wait.report !== undefined) this.audience.hear('reports', this.#wait.report);
    this.epoch = new Epoch(this.config, newState, this.now);
    this.alarmAt = undefined;

    const timestamp = this.now - this.behind;
    const signal = { oldState, newState, timestamp, reason, metric, retryAt: this.#retryAt(), cause };
    this.audience.postSignal(signal, newState);

    const { notifier } = this.#wait;
    if (notifier?.after === 0) this.#speak(notifier.says);
    else if (notifier) this.alarmAt = this.timers + notifier.after;
    else this.#setAlarm();
  }

  /** While somebody watches, an open circuit wakes up by itself. */
  #setAlarm(): void {
    const dueAt = this.#dueAt();
    if (dueAt < Infinity && this.audience.watchers.length > 0)
      this.alarmAt ??= this.timers + Math.max(0, dueAt - this.now);
  }

  #speak(notice: Notice): void {
    if (notice === 'error') this.audience.hear('reports', BROKEN);
    if (notice !== 'complete') this.#enter('half_open', 'retry');
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
        return this.subscribe(reaction.client);
      default:
        this.command(reaction.deed);
    }
  }
}
