import { prepare } from './prepare.ts';
import type { Report } from './report.ts';
import { startRun } from './start-run.ts';
import { toReport } from './to-report.ts';
import type { Traffic } from './traffic.ts';
import { resolveWorld, type Contender, type World } from './world.ts';

/**
 * Runs traffic through a breaker in virtual time, and reports what it would have done: when it would have opened and why,
 * what it would have spared, which good calls it would have cost, and why it did not open.
 *
 * *Details.* A call goes through the two-step form `admit()`. Of equal times timers come first, then ends of calls in the
 * order of their starts, then arrivals. Its listeners are left out, its `scheduler` is replaced; a `random` of its own
 * stays. Two runs are equal.
 *
 * *Gotchas.* The dependency and the callers do not react; the report states what it takes for granted.
 *
 * @param traffic recorded or scripted calls
 * @param options the configuration to try, by default the one of `new CircuitBreaker()`
 * @param world what surrounds the breaker: time-outs, what is bad, how many instances
 * @throws TypeError or RangeError for an argument that is wrong; an Error with the time of the call and the `cause` if a
 * component throws
 * @example
 * ```ts
 * import { cooldown, failureRate, minRequests, probes, timeWindow } from 'rxjs-fluxgate';
 * import { scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const outage = scripted([
 *   { duration: 60_000, rate: 50, latency: 40 },
 *   { duration: 30_000, hang: 1 },
 *   { duration: 60_000, hang: 0 },
 * ]);
 * const options = {
 *   window: timeWindow(5_000),
 *   tripper: minRequests(20).and(failureRate(0.5)),
 *   retry: cooldown(5_000),
 *   recovery: probes(3),
 * };
 * const report = simulate(outage, options, { timeout: 1_000 });
 * console.log(report.outages[0]?.openedAfter! <= 3_600, report.lost / report.asked < 0.02); // => true true
 * ```
 *
 * @see {@link scripted} and {@link Traffic} for what goes in, {@link Report} for what comes out
 */
export function simulate(traffic: Traffic, options: Contender = {}, world: World = {}): Report {
  const prepared = prepare(traffic, resolveWorld('simulate: world', world));
  const run = startRun(prepared, options);
  run.advance(Infinity);
  return toReport(prepared, run.observed);
}
