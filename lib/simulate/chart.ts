import { checkReports } from './check-reports.ts';
import { drawChart } from './draw-chart.ts';
import type { Report } from './report.ts';

const WIDTH = 840;

/**
 * Draws reports of one traffic as SVG, readable on light and on dark: how long calls took, what became of them, when the
 * circuit was not closed, and the outages.
 *
 * @param reports at least one
 * @throws TypeError if there is none
 * @example
 * ```ts
 * import { chart, compare, scripted } from 'rxjs-fluxgate/simulate';
 *
 * const outage = scripted([{ duration: 60_000, rate: 10, latency: 50 }, { duration: 60_000, failureRate: 1 }]);
 * console.log(chart(compare(outage, { defaults: {} })).slice(0, 4)); // => <svg
 * ```
 *
 * @see {@link page}
 */
export function chart(reports: readonly Report[]): string {
  checkReports('chart', reports);
  return drawChart(reports, WIDTH);
}
