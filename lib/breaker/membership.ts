import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';

/** Calls recorded in one state, counts. */
export interface Counts {
  readonly successes: number;
  readonly failures: number;
}

/** What a breaker counts without anyone watching it. */
export interface Tally extends Counts {
  /** Unsettled calls of this state, a count. */
  readonly inFlight: number;
  /** Since the breaker was made, a count. */
  readonly rejected: number;
  /** What is left of the wait of an open circuit, in ms; 0 in other states, undefined while a notifier is silent. */
  readonly left: number | undefined;
}

/** The state that a fleet puts a breaker into. */
export interface Steering {
  readonly state: State;
  readonly detail: string;
  /** For `open`: in ms. */
  readonly wait?: number | undefined;
  /** The count from which the breaker's own retry goes on. */
  readonly reopens?: number | undefined;
}

/** The hook by which a breaker is in a fleet. A member is no watcher: because of it an open circuit holds no timer. */
export interface Membership {
  /** After each transition, with the state that was left. Must not throw. */
  onTransition(signal: Signal, left: object): void;
  /** Whether an open circuit that is due may become half-open without a call. */
  mayWake(): boolean;
  onDispose(): void;
}
