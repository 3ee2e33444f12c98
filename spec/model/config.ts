// Configurations as plain data, of which both the library's parts and the model are made.
import { EMPTY, of, switchMap, throwError, timer, type Observable } from 'rxjs';
import {
  admitAll,
  admitRandom,
  always,
  avgLatency,
  backoff,
  byTripper,
  closed,
  cooldown,
  countWindow,
  failureRate,
  failureStreak,
  halfOpened,
  minRequests,
  never,
  probes,
  rampUp,
  retryIf,
  slowRate,
  successStreak,
  timeWindow,
  type CircuitBreakerOptions,
  type Opening,
  type Outcome,
  type Permit,
  type Recovery,
  type Retry,
  type SlidingWindow,
  type State,
  type Tripper,
} from '../../lib/index.ts';

export type WindowConfig =
  | { readonly kind: 'count'; readonly size: number }
  | { readonly kind: 'time'; readonly duration: number; readonly buckets: number };

export type TripperConfig =
  | { readonly kind: 'closed' | 'halfOpened' }
  | { readonly kind: 'minRequests' | 'failureStreak' | 'successStreak'; readonly count: number }
  | { readonly kind: 'failureRate'; readonly ratio: number }
  | { readonly kind: 'avgLatency'; readonly ms: number }
  | { readonly kind: 'slowRate'; readonly ratio: number; readonly ms: number }
  | { readonly kind: 'and' | 'or'; readonly first: TripperConfig; readonly second: TripperConfig }
  | { readonly kind: 'not'; readonly part: TripperConfig };

export type RetryConfig =
  | { readonly kind: 'always' | 'never' }
  | { readonly kind: 'cooldown'; readonly ms: number; readonly jitter: number }
  | {
      readonly kind: 'backoff';
      readonly initial: number;
      readonly multiplier: number;
      readonly max: number;
      readonly jitter: number;
    }
  | { readonly kind: 'notifier'; readonly after: number; readonly says: Notice }
  | { readonly kind: 'retryIf'; readonly every: number; readonly asks: number; readonly throws: boolean }
  | { readonly kind: 'broken'; readonly how: 'throws' | 'NaN' | 'negative' };

/** How a notifier ends its silence; after 0 ms it does so as it is subscribed. */
export type Notice = 'value' | 'error' | 'complete';

export type PermitConfig =
  | { readonly kind: 'all' }
  | { readonly kind: 'random'; readonly ratio: number }
  | { readonly kind: 'ramp'; readonly initial: number; readonly final: number; readonly duration: number };

export type RecoveryConfig =
  { readonly kind: 'byTripper' } | { readonly kind: 'probes'; readonly count: number; readonly maxFailureRate: number };

export type CommandName = 'reset' | 'trip' | 'disable' | 'metricsOnly' | 'forceOpen';

/** What a call's source says: a value, which is what the classifier says of it, or an end. */
export type Verdict = Outcome | 'undecided';
export type Said = Verdict | 'tracked' | 'untracked' | 'complete';

/** Somebody who subscribes a call. */
export interface Client {
  readonly classified: boolean;
  /** `take`: take(1); `leave`: unsubscribes inside its next; `again`: inside its error, subscribes once more. */
  readonly manner: 'plain' | 'take' | 'leave' | 'again';
  /** What the source says at once, when it is subscribed. */
  readonly script: readonly Said[];
}

/** Which stream somebody watches. */
export type Stream = 'signal$' | 'state$';

/** A listener, or a watcher, that answers each entry of a state by doing something, a few times. */
export interface Reaction {
  readonly by: 'listener' | Stream;
  readonly to: State;
  readonly deed: CommandName | 'dispose' | 'watch' | 'unwatch' | 'subscribe';
  readonly client: Client;
  readonly times: number;
}

export interface Config {
  readonly window: WindowConfig;
  readonly tripper: TripperConfig;
  readonly untracked: 'ignored' | 'success';
  readonly retry: RetryConfig;
  readonly permit: PermitConfig;
  readonly recovery: RecoveryConfig;
  readonly maxProbes: number;
  readonly probeTimeout: number;
  readonly reaction: Reaction | undefined;
  readonly seed: number;
}

/** An error that the tracker matches, and one that it does not. */
export const TRACKED = new Error('tracked');
export const UNTRACKED = new Error('untracked');

/** What a broken retry throws, and a broken notifier says. */
export const BROKEN = new Error('broken');

export function optionsOf(config: Config): CircuitBreakerOptions {
  return {
    name: 'model',
    window: windowOf(config.window),
    tracker: (error) => error === TRACKED,
    untracked: config.untracked,
    tripper: tripperOf(config.tripper),
    retry: retryOf(config.retry),
    permit: permitOf(config.permit),
    recovery: recoveryOf(config.recovery),
    maxProbes: config.maxProbes,
    probeTimeout: config.probeTimeout,
    random: randomOf(config.seed),
  };
}

/** The same numbers for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function windowOf(config: WindowConfig): () => SlidingWindow {
  return config.kind === 'count' ? countWindow(config.size) : timeWindow(config.duration, { buckets: config.buckets });
}

function tripperOf(config: TripperConfig): Tripper {
  switch (config.kind) {
    case 'closed':
      return closed();
    case 'halfOpened':
      return halfOpened();
    case 'minRequests':
      return minRequests(config.count);
    case 'failureStreak':
      return failureStreak(config.count);
    case 'successStreak':
      return successStreak(config.count);
    case 'failureRate':
      return failureRate(config.ratio);
    case 'avgLatency':
      return avgLatency(config.ms);
    case 'slowRate':
      return slowRate(config.ratio, config.ms);
    case 'and':
      return tripperOf(config.first).and(tripperOf(config.second));
    case 'or':
      return tripperOf(config.first).or(tripperOf(config.second));
    case 'not':
      return tripperOf(config.part).not();
  }
}

function retryOf(config: RetryConfig): Retry {
  switch (config.kind) {
    case 'always':
      return always();
    case 'never':
      return never();
    case 'cooldown':
      return cooldown(config.ms, { jitter: config.jitter });
    case 'backoff': {
      const { initial, multiplier, max, jitter } = config;
      return backoff({ initial, multiplier, max, jitter });
    }
    case 'notifier':
      return ({ scheduler }) =>
        config.after === 0
          ? saying(config.says)
          : timer(config.after, scheduler).pipe(switchMap(() => saying(config.says)));
    case 'retryIf':
      return (opening) => askedOf(config.every, config.asks, config.throws, opening);
    case 'broken':
      return () => {
        if (config.how === 'throws') throw BROKEN;
        return config.how === 'NaN' ? NaN : -1;
      };
  }
}

function saying(notice: Notice): Observable<unknown> {
  if (notice === 'error') return throwError(() => BROKEN);
  return notice === 'value' ? of(undefined) : EMPTY;
}

/** Says yes, or throws, when it is asked for the last time. */
function askedOf(every: number, asks: number, throws: boolean, opening: Opening): ReturnType<Retry> {
  let asked = 0;
  const predicate = (): boolean => {
    asked++;
    if (throws && asked === asks) throw BROKEN;
    return asked === asks;
  };
  return retryIf(predicate, { every })(opening);
}

function permitOf(config: PermitConfig): Permit {
  switch (config.kind) {
    case 'all':
      return admitAll();
    case 'random':
      return admitRandom(config.ratio);
    case 'ramp':
      return rampUp({ initial: config.initial, final: config.final, duration: config.duration });
  }
}

function recoveryOf(config: RecoveryConfig): Recovery {
  return config.kind === 'byTripper' ? byTripper() : probes(config.count, { maxFailureRate: config.maxFailureRate });
}
