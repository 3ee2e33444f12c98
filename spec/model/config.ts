// Configurations as plain data, of which both the library's parts and the model are made.
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
  slowRate,
  successStreak,
  timeWindow,
  type CircuitBreakerOptions,
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
    };

export type PermitConfig =
  | { readonly kind: 'all' }
  | { readonly kind: 'random'; readonly ratio: number }
  | { readonly kind: 'ramp'; readonly initial: number; readonly final: number; readonly duration: number };

export type RecoveryConfig =
  { readonly kind: 'byTripper' } | { readonly kind: 'probes'; readonly count: number; readonly maxFailureRate: number };

export type CommandName = 'reset' | 'trip' | 'disable' | 'metricsOnly' | 'forceOpen';

/** A listener that answers each entry of a state with a command, a few times. */
export interface Reaction {
  readonly to: State;
  readonly command: CommandName;
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
  }
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
