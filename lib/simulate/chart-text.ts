import { formatCount, formatPercent, formatTimes } from './format.ts';
import type { Report } from './report.ts';

// The words of a chart: its title, its description, and the line below each name.

export function toTitle(reports: readonly Report[]): string {
  return `What ${reports.map(({ name }) => name).join(', ') || 'no configuration'} would have done`;
}

export function summarise({ met, spared, lost, asked, outages }: Report): string {
  const opened =
    outages.length === 0 ? '' : `, opened after ${formatTimes(outages.map(({ openedAfter }) => openedAfter))}`;
  const share = lost === 0 ? '' : ` (${formatPercent(lost / asked)})`;
  return `${formatCount(met)} bad let through, ${formatCount(spared)} spared, ${formatCount(lost)} good lost${share}${opened}`;
}

export function describe(report: Report): string {
  return `${report.name}: ${formatCount(report.asked)} calls, ${summarise(report)}.`;
}
