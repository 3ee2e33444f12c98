import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import type { Bin } from './bins.ts';
import type { OpeningReport } from './openings.ts';
import type { OutageReport } from './outage-report.ts';

/**
 * What a configuration would have done with the traffic.
 *
 * Each call that callers wanted is good or bad whatever a breaker does: bad if its status is one of a failure, if it takes
 * `slowAfter` ms or more, or longer than the `timeout` of a closed circuit. So `asked = good + met + lost + spared`.
 * `String(report)` is a table for people, `JSON.stringify(report)` plain JSON.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const outage = scripted([{ duration: 60_000, rate: 10 }, { duration: 10_000, failureRate: 1 }]);
 * const report = simulate(outage, { tripper: failureStreak(5) });
 * console.log(report.outages[0]?.openedAfter, report.met + report.spared); // => 400 100
 * ```
 *
 * @see {@link simulate}, {@link compare}
 */
export interface Report {
  /** The name of the configuration. */
  readonly name: string;
  /** The first arrival, or the beginning of the script, in ms. */
  readonly from: number;
  /** The last arrival or end of an admitted call, with a script at least its length, in ms. */
  readonly to: number;
  /** How many calls callers wanted. */
  readonly asked: number;
  /** Good calls let through. */
  readonly good: number;
  /** Bad calls let through. */
  readonly met: number;
  /** Good calls rejected. */
  readonly lost: number;
  /** Bad calls rejected. */
  readonly spared: number;
  /**
   * How many tries reached the dependency, a count: as many as calls were let through, or more where callers try again, or
   * fewer where they leave the queue.
   */
  readonly sent: number;
  /** How many ms callers spent in bad calls, and how many they were spared. */
  readonly waited: { readonly met: number; readonly spared: number };
  /** The bad spells of the traffic, and what was done about each. */
  readonly outages: readonly OutageReport[];
  /** Each time that a closed circuit opened. */
  readonly openings: readonly OpeningReport[];
  /** How long the circuit was in each state, in ms; of several instances all together. */
  readonly timeIn: Readonly<Record<State, number>>;
  /** The most calls that were in flight at once. */
  readonly peakInFlight: number;
  /** Every state change, in order. */
  readonly signals: readonly Signal[];
  /** The traffic and its fate in about 400 equal stretches of time. */
  readonly timeline: readonly Bin[];
  /** What the simulation takes for granted. */
  readonly assumptions: readonly string[];
  /** Why it may prove little; the notes of the traffic are among them. */
  readonly warnings: readonly string[];
  /** A table for people, as the command line prints it. */
  toString(): string;
  /** Plain JSON: maps as objects, errors as `{ name, message }`. */
  toJSON(): object;
}

/** All members of a report but those that are made when they are asked for. */
export type Findings = Omit<Report, 'timeline' | 'toString' | 'toJSON'>;
