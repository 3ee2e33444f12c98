// The events from the handler to the page, as JSON. All times are in ms of the scheduler of the server.
import type { State } from '../../../types/state.ts';

/** A circuit as it is now. */
export interface Row {
  readonly key: string;
  readonly state: State;
  /** Null if the breaker cannot be read. */
  readonly since: number | null;
  readonly retryAt: number | null;
  /** Why it is in this state; empty if it never changed. */
  readonly detail: string;
  readonly reopens: number;
  /** The calls in the window. */
  readonly calls: number;
  readonly failures: number;
  /** Their mean in ms. */
  readonly latency: number | null;
  readonly inFlight: number;
  /** Since the breaker was made. */
  readonly rejected: number;
  readonly ignored: number;
  /** The conditions of the tripper with the values measured now. */
  readonly conditions: string;
  /** Null while calls are let through; across reopenings one and the same. */
  readonly trouble: { readonly since: number; readonly reason: string; readonly tripped: Tripped | null } | null;
  /** Empty unless the option `errorText` makes a text of errors. */
  readonly lastError: string;
  /** How it stands with its fleet, if it is in one. */
  readonly fleet?: string;
  /** It is a shadow: it rejects no call, and takes no commands. */
  readonly shadow?: boolean;
  /** The breaker threw when it was read, so that most of this is empty. */
  readonly unreadable: boolean;
}

/** What the window held when the circuit last tripped. */
export interface Tripped {
  readonly calls: number;
  readonly failures: number;
  /** The mean in ms. */
  readonly latency: number | null;
}

/** The calls of a circuit in an interval. There is none if nothing happened. */
export type Sample = readonly [
  at: number,
  calls: number,
  failures: number,
  rejected: number,
  /** The mean in ms; null without calls. */
  latency: number | null,
  longest: number | null,
  /** At the end of the interval. */
  state: State,
  /** In ms: 95 % of the calls took at most so long, to within an eighth; null without calls. */
  p95: number | null,
];

/** An entry of the timeline: a state change. */
export interface Entry {
  /** Counts up, so that none is shown twice. */
  readonly id: number;
  readonly key: string;
  readonly at: number;
  readonly from: State;
  readonly to: State;
  readonly detail: string;
}

/** The changes since the update before. */
export interface Update {
  readonly now: number;
  readonly rows: readonly Row[];
  readonly gone: readonly string[];
  readonly samples: readonly (readonly [key: string, samples: readonly Sample[]])[];
  readonly entries: readonly Entry[];
}

/** The whole state, in place of what was known before. */
export interface Snapshot extends Update {
  readonly title: string;
  readonly interval: number;
  readonly history: number;
  /** When the server began to take samples. */
  readonly startedAt: number;
  /** Whether commands may be tried. */
  readonly control: boolean;
}
