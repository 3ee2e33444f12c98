import { escapeLine } from './escape.ts';
import { maxOf } from './extremes.ts';
import { formatCount, formatDuration, formatPercent, formatTimes } from './format.ts';
import type { Report } from './report.ts';

/** Reports of one traffic side by side, for a terminal; what each did not open for, assumptions and warnings below. */
export function toTable(reports: readonly Report[]): string {
  if (reports.length === 0) return '';
  const rows = toRows(reports).map((row) => row.map(escapeLine));
  return [...alignRows(rows), ...notes(reports)].join('\n');
}

/** The rows of a table, a column for each report. */
export function toRows(reports: readonly Report[]): string[][] {
  const { asked, outages } = reports[0]!;
  const row = (title: string, cell: (report: Report) => string): string[] => [title, ...reports.map(cell)];
  const count = `${formatCount(outages.length)} ${outages.length === 1 ? 'outage' : 'outages'}`;
  return [
    row(`${formatCount(asked)} calls, ${count}`, ({ name }) => name),
    row('bad calls let through', ({ met }) => formatCount(met)),
    row('bad calls spared', ({ spared }) => formatCount(spared)),
    row(
      'good calls lost',
      ({ lost, asked: all }) => formatCount(lost) + (lost ? ` (${formatPercent(lost / all)})` : ''),
    ),
    ...(outages.length === 0
      ? []
      : [
          row('opened after', (report) => formatTimes(report.outages.map(({ openedAfter }) => openedAfter))),
          row('closed after its end by', (report) =>
            formatTimes(
              report.outages
                .filter(({ openedAfter }) => openedAfter !== undefined)
                .map(({ closedAfter }) => closedAfter),
            ),
          ),
        ]),
    ...(reports.some(isReacting) ? [row('tries that reached the dependency', ({ sent }) => formatCount(sent))] : []),
    row('false alarms', ({ openings }) => formatCount(openings.filter(({ falseAlarm }) => falseAlarm).length)),
    row('waited in bad calls', ({ waited }) => formatDuration(waited.met)),
  ];
}

/** Whether callers have tried again, or have left before they were served. */
function isReacting({ sent, good, met }: Report): boolean {
  return sent !== good + met;
}

/** Rows whose cells stand below each other, the first to the left, the others to the right. */
export function alignRows(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => maxOf(rows.map((row) => widthOf(row[column]!))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column]!;
        const fill = ' '.repeat(width - widthOf(cell));
        return column === 0 ? ` ${cell}${fill}` : `    ${fill}${cell}`;
      })
      .join('')
      .trimEnd(),
  );
}

/** In code points, which is what most terminals show side by side. */
function widthOf(text: string): number {
  return Array.from(text).length;
}

function notes(reports: readonly Report[]): string[] {
  const [first] = reports as [Report];
  const lines: string[] = [];
  for (const report of reports) {
    for (const line of explainSilence(report)) {
      lines.push(escapeLine(reports.length > 1 ? ` ${report.name}: ${line}` : ` ${line}`));
    }
  }
  const warnings = new Set(reports.flatMap((report) => report.warnings));
  for (const warning of warnings) lines.push(` warning: ${escapeLine(warning)}`);
  for (const assumption of first.assumptions) lines.push(` assumed: ${escapeLine(assumption)}`);
  return lines.length === 0 ? [] : ['', ...lines];
}

/** What did not hold, for each outage in which the circuit did not open. */
export function explainSilence({ outages }: Report): string[] {
  return outages.flatMap(({ why }, i) => {
    if (!why) return [];
    const { judged, held, mostCalls } = why;
    const place = outages.length > 1 ? ` in outage ${String(i + 1)}` : '';
    const least = [...held]
      .sort(([, a], [, b]) => a - b)
      .map(([text, count]) => `${text} held ${formatCount(count)} of ${formatCount(judged)} times`);
    const window = `the window held at most ${formatCount(mostCalls)} ${mostCalls === 1 ? 'call' : 'calls'}`;
    return [`did not open${place}: ${[...least, window].join(', ')}`];
  });
}
