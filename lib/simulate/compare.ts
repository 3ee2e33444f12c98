import { wrongType } from '../util/check.ts';
import { prepare } from './prepare.ts';
import type { Report } from './report.ts';
import { startRun } from './start-run.ts';
import { toReport } from './to-report.ts';
import type { Traffic } from './traffic.ts';
import { resolveWorld, type Contender, type World } from './world.ts';

/**
 * Runs the same traffic through several configurations.
 *
 * @param contenders by the names of their reports
 * @throws as {@link simulate}, and TypeError if there is no contender
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { compare, scripted } from 'rxjs-fluxgate/simulate';
 *
 * const outage = scripted([{ duration: 60_000, rate: 1 }, { duration: 60_000, failureRate: 1 }]);
 * const reports = compare(outage, { eager: { tripper: failureStreak(2) }, patient: { tripper: failureStreak(30) } });
 * for (const { name, outages } of reports) console.log(name, outages[0]?.openedAfter);
 * // => eager 1000
 * // => patient 29000
 * ```
 *
 * @see {@link simulate}, {@link chart}
 */
export function compare(
  traffic: Traffic,
  contenders: Readonly<Record<string, Contender>>,
  world: World = {},
): readonly Report[] {
  if (typeof contenders !== 'object' || (contenders as unknown) === null || Object.keys(contenders).length === 0) {
    throw wrongType('compare: contenders', 'an object with at least one configuration', contenders);
  }
  const prepared = prepare(traffic, resolveWorld('compare: world', world));
  return Object.entries(contenders).map(([name, contender]) => {
    const run = startRun(prepared, contender);
    run.advance(Infinity);
    return toReport(prepared, run.observed, name);
  });
}
