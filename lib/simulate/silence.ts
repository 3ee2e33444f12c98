/**
 * Why a circuit did not open in an outage: of the outage's calls judged while it was closed, how often each condition of
 * its tripper held.
 *
 * @example
 * ```ts
 * import { failureRate, minRequests } from 'rxjs-fluxgate';
 * import { scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const quiet = scripted([{ duration: 60_000, rate: 0.5, failureRate: 1 }]);
 * const why = simulate(quiet, { tripper: minRequests(100).and(failureRate(0.5)) }).outages[0]?.why;
 * console.log(why?.judged, why?.held, why?.mostCalls);
 * // => 30 Map(2) { 'minRequests(100)' => 0, 'failureRate(0.5)' => 30 } 30
 * ```
 *
 * @see {@link Report}
 */
export interface Silence {
  /** Of how many calls the tripper judged the outcome, a count. */
  readonly judged: number;
  /** How often each condition held, a count, by the code that made it. */
  readonly held: ReadonlyMap<string, number>;
  /** The most calls that the window held. */
  readonly mostCalls: number;
}
