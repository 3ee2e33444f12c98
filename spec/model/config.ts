// Configurations and what happens to calls as plain data, from which both the library's parts and the model are made.
import type { Outcome, State } from '../../lib/index.ts';

export type WindowConfig =
  | { readonly kind: 'count'; readonly size: number }
  | { readonly kind: 'time'; readonly duration: number; readonly buckets: number };

export type TripperConfig =
  | { readonly kind: 'closed' | 'halfOpened' }
  | { readonly kind: 'minRequests' | 'failureStreak' | 'failureCount' | 'successStreak'; readonly count: number }
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
  | { readonly kind: 'notifier'; readonly after: number; readonly emits: Notice }
  | {
      readonly kind: 'retryIf';
      readonly every: number;
      readonly max: number;
      /** The check returns true when it is called for the nth time, and before that false, or throws. */
      readonly checks: number;
      readonly throws: boolean;
    }
  | { readonly kind: 'broken'; readonly how: 'throws' | 'NaN' | 'negative' };

/** What a notifier emits first; after 0 ms it does so synchronously. */
export type Notice = 'value' | 'error' | 'complete';

export type PermitConfig =
  | { readonly kind: 'all' }
  | { readonly kind: 'random'; readonly ratio: number }
  | { readonly kind: 'ramp'; readonly initial: number; readonly final: number; readonly duration: number };

export type RecoveryConfig =
  | { readonly kind: 'byTripper' }
  | {
      readonly kind: 'probes';
      readonly count: number;
      readonly maxFailureRate: number;
      readonly slowAfter: number | undefined;
      readonly maxSlowRate: number;
    };

export type CommandName = 'reset' | 'trip' | 'halfOpen' | 'disable' | 'metricsOnly' | 'forceOpen';

/** What the classifier makes of a value: the value itself. */
export type Verdict = Outcome | 'undecided';

/**
 * What a call's source emits: a value, or an end. `foreign` is a rejection by another breaker, `own` the last one by
 * this breaker; the wrapped ones are the `cause` of another error.
 */
export type Notification =
  Verdict | 'tracked' | 'untracked' | 'odd' | 'foreign' | 'foreignWrapped' | 'own' | 'ownWrapped' | 'complete';

/** A guarded source: what it emits at once when it is subscribed. */
export interface Member {
  readonly classified: boolean;
  readonly script: readonly Notification[];
}

/**
 * What a pipe does: `guarded` guards it once more, `refresh` guards it with another guarded call before it, `rethrow`
 * and `wrap` are a `catchError` that throws the same or another error, `late*` one that waits first.
 */
export type Operator =
  | 'none'
  | 'guarded'
  | 'refresh'
  | 'rethrow'
  | 'wrap'
  | 'swallow'
  | 'observeOn'
  | 'late99'
  | 'late100'
  | 'retry'
  | 'repeat'
  | 'take';

export type Join = 'forkJoin' | 'combineLatest' | 'merge' | 'mergeMap' | 'zip' | 'concat' | 'race';

/** A subscriber of one call, or of several that are joined. */
export interface Client {
  readonly members: readonly Member[];
  readonly join: Join;
  /** Of each member, and of all together. */
  readonly each: Operator;
  readonly whole: Operator;
  /** `leave`: unsubscribes inside its next; `again`: inside its error, subscribes once more. */
  readonly manner: 'plain' | 'leave' | 'again';
}

/** The streams that show the state. */
export type Stream = 'signal$' | 'state$';

/** A listener, or a watcher, that reacts to each entry of a state, a few times. */
export interface Reaction {
  readonly by: 'listener' | Stream;
  readonly to: State;
  readonly deed: CommandName | 'dispose' | 'watch' | 'unwatch' | 'subscribe' | 'unsubscribe';
  readonly client: Client;
  readonly times: number;
}

export interface Config {
  readonly window: WindowConfig;
  readonly tripper: TripperConfig;
  /** `function`: a success if the error is `ODD`, else ignored. */
  readonly untracked: 'ignored' | 'success' | 'function';
  readonly retry: RetryConfig;
  readonly permit: PermitConfig;
  readonly recovery: RecoveryConfig;
  readonly maxProbes: number;
  readonly probeTimeout: number;
  readonly reaction: Reaction | undefined;
  readonly seed: number;
}

/** An error that the tracker matches, and two that it does not. */
export const TRACKED = new Error('tracked');
export const UNTRACKED = new Error('untracked');
export const ODD = new Error('odd');

/** What a broken retry throws, and a broken notifier emits. */
export const BROKEN = new Error('broken');

/** Returns the same numbers for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
