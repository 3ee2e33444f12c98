// What the circuit breaker has to do, written to be read: every record is kept, everything is computed anew.
import type { State } from '../../lib/index.ts';
import {
  randomOf,
  TRACKED,
  type CommandName,
  type Config,
  type PermitConfig,
  type RecoveryConfig,
  type RetryConfig,
  type TripperConfig,
  type WindowConfig,
} from './config.ts';

type Recorded = 'success' | 'failure';

interface Recording {
  readonly outcome: Recorded;
  readonly duration: number;
  readonly at: number;
}

/** One stay in a state. */
interface Epoch {
  readonly state: State;
  readonly changedAt: number;
  /** What the window would hold without a limit; emptied by `reset()` while closed. */
  window: Recording[];
  /** The outcomes in order, for the streaks; emptied likewise. */
  streak: Recorded[];
  /** All outcomes. */
  outcomes: Recorded[];
  inFlight: Set<ModelCall>;
  admitted: number;
  denied: number;
  dueAt: number;
}

export interface ModelCall {
  readonly epoch: Epoch;
  readonly startedAt: number;
  /** When its time-out fires, in the time of timers. */
  readonly timeoutAt: number;
  readonly classified: boolean;
  hasValue: boolean;
  settled: boolean;
}

export interface Counts {
  readonly totalCount: number;
  readonly failureCount: number;
  readonly totalDuration: number;
  readonly slowCounts: ReadonlyMap<number, number>;
}

const TARGETS: Record<CommandName, State> = {
  reset: 'closed',
  trip: 'open',
  disable: 'disabled',
  metricsOnly: 'metrics_only',
  forceOpen: 'forced_open',
};

export class Model {
  /** What was signalled, what `call$` told. */
  readonly signals: object[] = [];
  readonly events: object[] = [];
  /** The calls that have not ended, in order. */
  calls: ModelCall[] = [];
  rejected = 0;
  reopens = 0;
  watchers = 0;
  epoch: Epoch;

  /** Time as the breaker counts it, how far the scheduler's clock is behind it, and the time of timers. */
  now = 0;
  behind = 0;
  timers = 0;
  /** When the alarm rings, in the time of timers. */
  alarmAt: number | undefined;

  readonly config: Config;
  readonly #random: () => number;
  #cause: unknown;
  #reactions: number;
  #untold: State[] = [];

  constructor(config: Config) {
    this.config = config;
    this.#random = randomOf(config.seed);
    this.#reactions = config.reaction?.times ?? 0;
    this.epoch = this.#newEpoch('closed', Infinity);
  }

  // What is seen

  info(): object {
    const { state, changedAt, inFlight } = this.epoch;
    const shown = { state, changedAt: changedAt - this.behind, reopens: this.reopens, inFlight: inFlight.size };
    return { ...shown, rejected: this.rejected, retryAt: this.#retryAt(), metric: this.counts() };
  }

  counts(): Counts {
    const held = inWindow(this.config.window, this.epoch.window, this.now);
    const slowCounts = new Map<number, number>();
    for (const ms of thresholdsOf(this.config.tripper)) {
      const slow = held.filter(({ duration }) => duration >= ms).length;
      if (slow > 0) slowCounts.set(ms, slow);
    }
    return {
      totalCount: held.length,
      failureCount: held.filter(({ outcome }) => outcome === 'failure').length,
      totalDuration: held.reduce((sum, { duration }) => sum + duration, 0),
      slowCounts,
    };
  }

  /** How many timers may be pending. */
  pending(): number {
    const probes = this.epoch.state === 'half_open' ? this.epoch.inFlight.size : 0;
    return probes + (this.alarmAt === undefined ? 0 : 1);
  }

  /** The next moment at which something is due, in counted time. */
  nextDue(): number | undefined {
    if (this.epoch.state === 'open' && this.epoch.dueAt < Infinity) return this.epoch.dueAt;
    if (this.epoch.state !== 'half_open') return undefined;
    const [first] = this.epoch.inFlight;
    return first && this.now + first.timeoutAt - this.timers;
  }

  // What happens

  /** A subscription: the call, or what the rejection says. */
  subscribe(classified: boolean): ModelCall | object {
    if (this.epoch.state === 'open' && this.now >= this.epoch.dueAt) {
      this.#enter('half_open', 'retry');
      this.#tell();
    }
    const { epoch } = this;
    const { maxProbes, permit, probeTimeout } = this.config;
    if (epoch.state === 'open' || epoch.state === 'forced_open') return this.#reject();
    if (epoch.state === 'half_open') {
      if (epoch.inFlight.size >= maxProbes) return this.#reject();
      if (!permits(permit, this.now - epoch.changedAt, epoch.admitted, epoch.denied, this.#random)) {
        epoch.denied++;
        return this.#reject();
      }
      epoch.admitted++;
    }
    const timeoutAt = this.timers + probeTimeout;
    const call = { epoch, startedAt: this.now, timeoutAt, classified, hasValue: false, settled: false };
    epoch.inFlight.add(call);
    this.calls.push(call);
    return call;
  }

  value(call: ModelCall, verdict: 'success' | 'failure' | 'ignored' | undefined): void {
    call.hasValue = true;
    // While disabled nothing of the user's is asked.
    if (call.epoch.state === 'disabled') return;
    if (call.classified && verdict) this.#settle(call, verdict, verdict === 'failure' ? verdict : undefined);
  }

  error(call: ModelCall, error: Error): void {
    this.#settle(call, error === TRACKED ? 'failure' : this.config.untracked, error);
    this.#end(call);
  }

  complete(call: ModelCall): void {
    this.#settle(call, 'success', undefined);
    this.#end(call);
  }

  unsubscribe(call: ModelCall): void {
    this.#settle(call, call.hasValue && !call.classified ? 'success' : 'cancelled', undefined);
    this.#end(call);
  }

  command(name: CommandName): void {
    this.#command(name);
    this.#tell();
  }

  watch(): void {
    this.watchers++;
    if (this.epoch.state === 'open' && this.now >= this.epoch.dueAt) {
      this.#enter('half_open', 'retry');
      this.#tell();
    }
    if (this.epoch.state === 'open' && this.alarmAt === undefined) this.#setAlarm();
  }

  unwatch(): void {
    this.watchers--;
    if (this.watchers === 0) this.alarmAt = undefined;
  }

  /** Time passes, millisecond by millisecond where something is due. */
  advance(ms: number): void {
    const end = this.timers + ms;
    for (;;) {
      const probe = this.epoch.state === 'half_open' ? [...this.epoch.inFlight][0] : undefined;
      const next = Math.min(this.alarmAt ?? Infinity, probe?.timeoutAt ?? Infinity);
      if (next > end) break;
      this.#passTo(next);
      if (next === this.alarmAt) {
        this.alarmAt = undefined;
        this.#enter('half_open', 'retry');
        this.#tell();
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

  #settle(call: ModelCall, outcome: 'success' | 'failure' | 'ignored' | 'cancelled', error: unknown): void {
    if (call.settled) return;
    call.settled = true;
    const { epoch, startedAt } = call;
    epoch.inFlight.delete(call);
    if (epoch.state === 'disabled') return;

    const duration = this.now - startedAt;
    const stale = epoch !== this.epoch;
    this.events.push({ type: outcome, state: epoch.state, timestamp: this.now - this.behind, duration, error, stale });
    if (stale || outcome === 'ignored' || outcome === 'cancelled') return;
    epoch.window.push({ outcome, duration, at: this.now });
    epoch.streak.push(outcome);
    epoch.outcomes.push(outcome);

    const cause = outcome === 'failure' ? error : undefined;
    if (epoch.state === 'closed' && this.#trips(this.config.tripper)) this.#enter('open', 'tripped', cause);
    else if (epoch.state === 'half_open') this.#recover(this.config.recovery, outcome, cause);
    this.#tell();
  }

  #recover(config: RecoveryConfig, outcome: Recorded, cause: unknown): void {
    const verdict = config.kind === 'probes' ? this.#byProbes(config.count, config.maxFailureRate) : undefined;
    const byTripper = config.kind === 'byTripper';
    if (byTripper ? this.#trips(this.config.tripper) : verdict === 'reopen') this.#enter('open', 'tripped', cause);
    else if (byTripper ? outcome === 'success' : verdict === 'close') this.#enter('closed', 'recovered');
  }

  /** Whether more than the share of the first `count` outcomes are failures, whatever the rest will be. */
  #byProbes(count: number, share: number): 'close' | 'reopen' | undefined {
    const first = this.epoch.outcomes.slice(0, count);
    const failures = first.filter((outcome) => outcome === 'failure').length;
    const missing = count - first.length;
    if (failures / count > share) return 'reopen';
    return (failures + missing) / count > share ? undefined : 'close';
  }

  #trips(config: TripperConfig): boolean {
    const { totalCount, failureCount, totalDuration, slowCounts } = this.counts();
    switch (config.kind) {
      case 'closed':
        return this.epoch.state === 'closed';
      case 'halfOpened':
        return this.epoch.state === 'half_open';
      case 'minRequests':
        return totalCount >= config.count;
      case 'failureStreak':
        return this.#streakOf('failure') >= config.count;
      case 'successStreak':
        return this.#streakOf('success') >= config.count;
      case 'failureRate':
        return totalCount > 0 && failureCount / totalCount >= config.ratio;
      case 'avgLatency':
        return totalCount > 0 && totalDuration / totalCount >= config.ms;
      case 'slowRate':
        return totalCount > 0 && (slowCounts.get(config.ms) ?? 0) / totalCount >= config.ratio;
      case 'and':
        return this.#trips(config.first) && this.#trips(config.second);
      case 'or':
        return this.#trips(config.first) || this.#trips(config.second);
      case 'not':
        return !this.#trips(config.part);
    }
  }

  #streakOf(outcome: Recorded): number {
    const others = this.epoch.streak.lastIndexOf(outcome === 'failure' ? 'success' : 'failure');
    return this.epoch.streak.length - 1 - others;
  }

  #command(name: CommandName): void {
    const state = TARGETS[name];
    if (state !== this.epoch.state) this.#enter(state, 'manual');
    else if (name === 'reset') this.epoch = Object.assign(this.epoch, { window: [], streak: [] });
  }

  #enter(newState: State, reason: string, cause?: unknown): void {
    const { state: oldState } = this.epoch;
    if (newState === 'closed') this.reopens = 0;
    if (oldState === 'half_open' && newState === 'open') this.reopens++;
    const metric = this.counts();
    const wait = newState === 'open' ? waitOf(this.config.retry, this.reopens, this.#random) : Infinity;
    this.epoch = this.#newEpoch(newState, this.now + wait);
    if (newState !== 'half_open') this.#cause = cause;
    this.alarmAt = undefined;
    if (newState === 'open' && this.watchers > 0 && wait < Infinity) this.#setAlarm();
    const timestamp = this.now - this.behind;
    this.signals.push({ oldState, newState, timestamp, reason, metric, retryAt: this.#retryAt(), cause });
    this.#untold.push(newState);
  }

  /** The listeners are told, and one of them may answer with a command. */
  #tell(): void {
    for (let state = this.#untold.shift(); state !== undefined; state = this.#untold.shift()) {
      const { reaction } = this.config;
      if (reaction?.to !== state || this.#reactions === 0) continue;
      this.#reactions--;
      this.#command(reaction.command);
    }
  }

  #setAlarm(): void {
    if (this.epoch.dueAt < Infinity) this.alarmAt = this.timers + Math.max(0, this.epoch.dueAt - this.now);
  }

  #reject(): object {
    this.rejected++;
    const { state, dueAt } = this.epoch;
    const retryAfter = state === 'open' && dueAt < Infinity ? Math.max(0, dueAt - this.now) : undefined;
    const timestamp = this.now - this.behind;
    this.events.push({ type: 'rejected', state, timestamp, duration: 0, error: 'CallNotPermittedError', stale: false });
    return { state, retryAfter, cause: this.#cause };
  }

  #retryAt(): number | undefined {
    const { state, dueAt } = this.epoch;
    return state === 'open' && dueAt < Infinity ? dueAt - this.behind : undefined;
  }

  #newEpoch(state: State, dueAt: number): Epoch {
    const empty = { window: [], streak: [], outcomes: [], inFlight: new Set<ModelCall>(), admitted: 0, denied: 0 };
    return { state, changedAt: this.now, dueAt, ...empty };
  }

  #end(call: ModelCall): void {
    this.calls = this.calls.filter((other) => other !== call);
  }
}

function inWindow(config: WindowConfig, records: Recording[], now: number): Recording[] {
  if (config.kind === 'count') return records.slice(-config.size);
  const width = config.duration / config.buckets;
  return records.filter(({ at }) => Math.floor(at / width) > Math.floor(now / width) - config.buckets);
}

function waitOf(config: RetryConfig, reopens: number, random: () => number): number {
  switch (config.kind) {
    case 'always':
      return 0;
    case 'never':
      return Infinity;
    case 'cooldown':
      return jittered(config.ms, config.jitter, random);
    case 'backoff': {
      const wait = Math.min(config.max, config.initial * config.multiplier ** reopens);
      return Math.min(config.max, jittered(wait, config.jitter, random));
    }
  }
}

function jittered(wait: number, jitter: number, random: () => number): number {
  return jitter === 0 ? wait : wait * (1 + jitter * (2 * random() - 1));
}

function permits(
  config: PermitConfig,
  elapsed: number,
  admitted: number,
  denied: number,
  random: () => number,
): boolean {
  if (config.kind === 'all') return true;
  if (config.kind === 'random') return random() < config.ratio;
  const { initial, final, duration } = config;
  const ratio = elapsed < duration ? initial + (final - initial) * (elapsed / duration) : final;
  return admitted / (admitted + denied + 1) < ratio;
}

function thresholdsOf(config: TripperConfig): number[] {
  if (config.kind === 'slowRate') return [config.ms];
  if (config.kind === 'not') return thresholdsOf(config.part);
  return config.kind === 'and' || config.kind === 'or'
    ? [...thresholdsOf(config.first), ...thresholdsOf(config.second)]
    : [];
}
