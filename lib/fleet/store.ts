import type { Observable, ObservableInput } from 'rxjs';

/**
 * What a member reports to the engine.
 *
 * @example
 * ```ts
 * import type { MemberReport } from 'rxjs-fluxgate/fleet';
 *
 * const report: MemberReport = {
 *   id: 'pod-7', epoch: 3, open: true, successes: 12, failures: 8, deadline: undefined, lifetime: 3_000, window: 10_000,
 * };
 * console.log(report.open); // => true
 * ```
 *
 * @see {@link FleetStore}
 */
export interface MemberReport {
  /** The member; at most 64 characters. */
  readonly id: string;
  /** The epoch that the member follows; 0 before the first record. The engine ignores votes and counts of another one. */
  readonly epoch: number;
  /** A vote: whether the member's breaker has opened of its own accord. */
  readonly open: boolean;
  /** Calls that succeeded since the last report, a count. */
  readonly successes: number;
  /** Calls that failed since the last report, a count. */
  readonly failures: number;
  /** When the engine must begin to refuse the replacement, in ms of the engine's time; undefined until linked. */
  readonly deadline: number | undefined;
  /** How long vote and membership last, in ms. */
  readonly lifetime: number;
  /** The span of the pooled counts, in ms; 0 if nothing is to be counted. */
  readonly window: number;
}

/**
 * A record to write by compare-and-set.
 *
 * @example
 * ```ts
 * import type { Replacement } from 'rxjs-fluxgate/fleet';
 *
 * const replacement: Replacement = { revision: '17', epoch: 4, record: '{"epoch":4}' };
 * console.log(replacement.epoch); // => 4
 * ```
 *
 * @see {@link FleetStore}
 */
export interface Replacement {
  /** The revision that the engine must still have. */
  readonly revision: string;
  /** The epoch of the new record; another one than the engine's empties votes and counts. */
  readonly epoch: number;
  /** The new record, which no store parses. */
  readonly record: string;
}

/**
 * The state of the fleet as the engine returns it.
 *
 * @example
 * ```ts
 * import type { FleetView } from 'rxjs-fluxgate/fleet';
 *
 * const view: FleetView = {
 *   now: 1_764_345_600_000, revision: '0', record: undefined, members: 1, open: 0, successes: 0, failures: 0, replaced: false,
 * };
 * console.log(view.members); // => 1
 * ```
 *
 * @see {@link FleetStore}
 */
export interface FleetView {
  /** The engine's time, in ms. */
  readonly now: number;
  /** A decimal number that grows with each write, `'0'` before the first. */
  readonly revision: string;
  /** The record; undefined before the first. */
  readonly record: string | undefined;
  /** Members alive, a count. */
  readonly members: number;
  /** Votes of the engine's epoch, a count. */
  readonly open: number;
  /** Calls that succeeded in the window, a count. */
  readonly successes: number;
  /** Calls that failed in the window, a count. */
  readonly failures: number;
  /** Whether the replacement was written. */
  readonly replaced: boolean;
}

/**
 * A hint that a record was written.
 *
 * @example
 * ```ts
 * import type { RecordChange } from 'rxjs-fluxgate/fleet';
 *
 * const change: RecordChange = { circuit: 'payments', now: 1_764_345_600_000, revision: '18', record: '{"epoch":4}' };
 * console.log(change.circuit); // => payments
 * ```
 *
 * @see {@link FleetStore}
 */
export interface RecordChange {
  /** The name of the circuit. */
  readonly circuit: string;
  /** The engine's time of the write, in ms. */
  readonly now: number;
  /** The revision written. */
  readonly revision: string;
  /** The record written. */
  readonly record: string;
}

/**
 * The engine that a fleet shares: write one for an engine of your own.
 *
 * `sync` must be atomic: read the engine's clock; note the member alive for its lifetime; if the report's epoch is the
 * engine's, set or withdraw its vote and add its counts; if the replacement's revision is the engine's and the clock is
 * before the deadline, write it (another epoch also empties votes and counts) and publish it; return the view.
 *
 * @example
 * ```ts
 * import { throwError, NEVER } from 'rxjs';
 * import type { FleetStore } from 'rxjs-fluxgate/fleet';
 *
 * const away: FleetStore = { sync: () => throwError(() => new Error('away')), changes$: NEVER };
 * console.log(typeof away.sync); // => function
 * ```
 *
 * @see {@link memoryStore}
 */
export interface FleetStore {
  /** Reports and asks. An error, a throw and a completion without a view all count as no answer. */
  sync(circuit: string, report: MemberReport, replacement?: Replacement): ObservableInput<FleetView>;
  /** The records written. It may lose some, and may never emit. */
  readonly changes$: Observable<RecordChange>;
}
