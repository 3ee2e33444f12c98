import { escapeLine } from './escape.ts';
import { formatCount, formatDuration, formatPercent, formatTimes } from './format.ts';
import type { Report } from './report.ts';

/** Reports of one traffic side by side, for a terminal; what each did not open for, assumptions and warnings below. */
export function toTable(reports: readonly Report[]): string {
  const [first] = reports;
  if (!first) return '';
  const row = (title: string, cell: (report: Report) => string): string[] => [title, ...reports.map(cell)];
  const outages = first.outages.length;
  const rows = [
    row(
      `${formatCount(first.asked)} calls, ${formatCount(outages)} ${outages === 1 ? 'outage' : 'outages'}`,
      ({ name }) => escapeLine(name),
    ),
    row('bad calls let through', ({ met }) => formatCount(met)),
    row('bad calls spared', ({ spared }) => formatCount(spared)),
    row('good calls lost', ({ lost, asked }) => formatCount(lost) + (lost ? ` (${formatPercent(lost / asked)})` : '')),
    ...(outages === 0
      ? []
      : [
          row('opened after', (report) => formatTimes(report.outages.map(({ openedAfter }) => openedAfter))),
          row('closed after its end by', ({ outages: all }) =>
            formatTimes(
              all.filter(({ openedAfter }) => openedAfter !== undefined).map(({ closedAfter }) => closedAfter),
            ),
          ),
        ]),
    row('false alarms', ({ openings }) => formatCount(openings.filter(({ falseAlarm }) => falseAlarm).length)),
    row('waited in bad calls', ({ waited }) => formatDuration(waited.met)),
  ];
  return [...align(rows), ...notes(reports)].join('\n');
}

function align(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
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
      lines.push(reports.length > 1 ? ` ${escapeLine(report.name)}: ${line}` : ` ${line}`);
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
      .map(([text, count]) => `${escapeLine(text)} held ${formatCount(count)} of ${formatCount(judged)} times`);
    const window = `the window held at most ${formatCount(mostCalls)} ${mostCalls === 1 ? 'call' : 'calls'}`;
    return [`did not open${place}: ${[...least, window].join(', ')}`];
  });
}
