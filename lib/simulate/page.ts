import { wrongType } from '../util/check.ts';
import { checkReports } from './check-reports.ts';
import { drawChart } from './draw-chart.ts';
import { escapeMarkup } from './escape.ts';
import { formatCount, formatDuration, formatPercent, formatTimes } from './format.ts';
import type { Recommendation } from './recommendation.ts';
import { describeBreaks, describeValues } from './recommendation-text.ts';
import type { Report } from './report.ts';
import { explainSilence, toRows } from './table.ts';
import { formatMoment } from './time-axis.ts';

/** How many openings of a report are listed. */
const MOST_OPENINGS = 50;

/**
 * Reports as one HTML document, with the chart, a table, why circuits did not open, and what was taken for granted. It
 * holds no script and fetches nothing, so that it can be mailed; light and dark, and readable on a phone.
 *
 * @param reports at least one, of one traffic
 * @param recommendation shown above them, if given
 * @throws TypeError if there is no report, or for an argument that is none
 * @example
 * ```ts
 * import { compare, page, scripted } from 'rxjs-fluxgate/simulate';
 *
 * const outage = scripted([{ duration: 60_000, rate: 10 }, { duration: 60_000, failureRate: 1 }]);
 * const html = page(compare(outage, { defaults: {} }));
 * console.log(html.startsWith('<!doctype html>'), html.includes('<script')); // => true false
 * ```
 *
 * @see {@link chart}, {@link recommend}
 */
export function page(reports: readonly Report[], recommendation?: Recommendation<unknown>): string {
  checkReports('page', reports);
  if (
    recommendation !== undefined &&
    !Array.isArray((recommendation as Partial<typeof recommendation> | null)?.front)
  ) {
    throw wrongType('page: recommendation', 'one of recommend()', recommendation);
  }
  const title = `Simulated: ${reports.map(({ name }) => name).join(', ')}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeMarkup(title)}</title>`,
    STYLE,
    '</head>',
    '<body>',
    '<main>',
    '<h1>What would these configurations have done?</h1>',
    `<p>${escapeMarkup(describeTraffic(reports[0]!))}</p>`,
    ...(recommendation ? recommended(recommendation) : []),
    '<section aria-label="Chart">',
    // The text of a drawing shrinks with it, so a phone gets a narrow one.
    `<div class="wide">${drawChart(reports, 840)}</div>`,
    `<div class="narrow">${drawChart(reports, 358)}</div>`,
    '</section>',
    '<h2>Compared</h2>',
    table(toRows(reports)),
    ...reports.flatMap(explained),
    ...list('Warnings', [...new Set(reports.flatMap(({ warnings }) => warnings))]),
    ...list('Taken for granted', [...new Set(reports.flatMap(({ assumptions }) => assumptions))]),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function describeTraffic({ asked, from, to, outages }: Report): string {
  const count = `${formatCount(outages.length)} ${outages.length === 1 ? 'outage' : 'outages'}`;
  return `${formatCount(asked)} calls in ${formatDuration(to - from)} from ${formatMoment(from)}, ${count}.`;
}

function recommended({ best, nearest, front, done, total }: Recommendation<unknown>): string[] {
  const tried = `${formatCount(done)} of ${formatCount(total)} configurations tried.`;
  if (!best) {
    const words = nearest
      ? `None keeps the limits. The nearest is ${describeValues(nearest)}; it ${describeBreaks(nearest)}.`
      : 'None keeps the limits.';
    return ['<h2>Recommended</h2>', `<p>${escapeMarkup(`${words} ${tried}`)}</p>`];
  }
  const edge = best.onTheEdge ? ' It is on the edge: a small change of one value does much worse.' : '';
  const rows = front.map((candidate) => [
    describeValues(candidate),
    formatCount(candidate.met),
    formatCount(candidate.lost),
    formatTimes(candidate.reports.flatMap(({ outages }) => outages.map(({ openedAfter }) => openedAfter))),
    candidate === best ? 'recommended' : candidate.onTheEdge ? 'on the edge' : '',
  ]);
  return [
    '<h2>Recommended</h2>',
    `<p><strong>${escapeMarkup(describeValues(best))}</strong></p>`,
    `<p>${escapeMarkup(`${tried}${edge} No other within the limits is better in one column and as good in the other than these:`)}</p>`,
    table([['values', 'bad let through', 'good lost', 'opened after', ''], ...rows]),
  ];
}

function explained(report: Report): string[] {
  const { name, openings, asked, lost } = report;
  const silence = explainSilence(report).map((line) => `<li>${escapeMarkup(line)}</li>`);
  const shown = openings
    .slice(0, MOST_OPENINGS)
    .map(({ at, until, detail, reopens, falseAlarm }) => [
      formatMoment(at),
      until === undefined ? 'until the end' : formatDuration(until - at),
      String(reopens),
      `${falseAlarm ? 'False alarm: ' : ''}${detail}`,
    ]);
  const more = openings.length > shown.length ? ` (the first ${String(shown.length)})` : '';
  return [
    `<h2>${escapeMarkup(name)}</h2>`,
    `<p>${escapeMarkup(`${formatCount(lost)} good calls lost${lost ? ` (${formatPercent(lost / asked)})` : ''}.`)}</p>`,
    ...(silence.length > 0 ? ['<ul>', ...silence, '</ul>'] : []),
    ...(openings.length > 0
      ? [
          `<details><summary>${formatCount(openings.length)} openings${more}</summary>`,
          table([['at', 'for', 'reopened', 'why'], ...shown]),
          '</details>',
        ]
      : []),
  ];
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [`<h2>${title}</h2>`, '<ul>', ...lines.map((line) => `<li>${escapeMarkup(line)}</li>`), '</ul>'];
}

/** A table that scrolls by itself where it is wider than the screen. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: 'th' | 'td'): string =>
    row
      .map((cell, i) =>
        tag === 'th'
          ? `<th scope="col">${escapeMarkup(cell)}</th>`
          : i === 0
            ? `<th scope="row">${escapeMarkup(cell)}</th>`
            : `<td>${escapeMarkup(cell)}</td>`,
      )
      .join('');
  return [
    '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>',
    `<thead><tr>${cells(head, 'th')}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}

const STYLE = `<style>
:root { color-scheme: light dark; --text: #1f2328; --back: #ffffff; --line: #d1d9e0; --note: #59636e; }
@media (prefers-color-scheme: dark) { :root { --text: #f0f6fc; --back: #0d1117; --line: #3d444d; --note: #9198a1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
main { max-width: 872px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.4rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
svg { max-width: 100%; height: auto; display: block; }
.narrow { display: none; }
@media (max-width: 640px) { .wide { display: none; } .narrow { display: block; } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; min-width: 100%; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; min-width: 5.5rem; overflow-wrap: break-word; }
th:first-child { min-width: 9rem; max-width: 20rem; }
td { font-variant-numeric: tabular-nums; }
th { font-weight: 400; color: var(--note); }
thead th { font-weight: 600; color: var(--text); }
summary { cursor: pointer; }
</style>`;
