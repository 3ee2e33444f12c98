// What the handler tells the page, as JSON. All times are in ms of the scheduler of the server.
import type { State } from '../../../types/state.ts';

/** A circuit as it is now. */
export interface Row {
  readonly key: string;
  readonly state: State;
  readonly since: number;
  readonly retryAt: number | null;
  /** Why it is in this state; empty if that was before the dashboard was made. */
  readonly detail: string;
  readonly reopens: number;
  /** What the window holds. */
  readonly calls: number;
  readonly failures: number;
  /** The mean in ms. */
  readonly latency: number | null;
  readonly inFlight: number;
  /** Since the breaker was made. */
  readonly rejected: number;
}

/** What an interval brought a circuit. Where there is none, nothing happened. */
export type Sample = readonly [
  at: number,
  calls: number,
  failures: number,
  rejected: number,
  /** In ms; null without calls. */
  latency: number | null,
  longest: number | null,
  /** At the end of the interval. */
  state: State,
];

/** An entry of the timeline. */
export type Entry = SignalEntry | WouldTripEntry;

interface EntryBase {
  /** Counts up, so that nothing is shown twice. */
  readonly id: number;
  readonly key: string;
  readonly at: number;
  readonly detail: string;
}

export interface SignalEntry extends EntryBase {
  readonly type: 'signal';
  readonly from: State;
  readonly to: State;
}

/** In `metrics_only` the tripper would have opened the circuit. */
export interface WouldTripEntry extends EntryBase {
  readonly type: 'would_trip';
}

/** What has changed. */
export interface Update {
  readonly now: number;
  readonly rows: readonly Row[];
  readonly gone: readonly string[];
  readonly samples: readonly (readonly [key: string, samples: readonly Sample[]])[];
  readonly entries: readonly Entry[];
}

/** All there is, in place of what was known before. */
export interface Snapshot extends Update {
  readonly title: string;
  readonly interval: number;
  readonly history: number;
  /** When the server began to take samples. */
  readonly startedAt: number;
  /** Whether commands may be tried. */
  readonly control: boolean;
}
