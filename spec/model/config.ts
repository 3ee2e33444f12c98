// Configurations and what happens to calls as plain data, of which both the library's parts and the model are made.
import type { Outcome, State } from '../../lib/index.ts';

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

/** The same numbers for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
