// Writes docs/choosing-settings.md from docs/choosing-settings.input.ts: tsx build/settings.ts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { recommend, scripted, simulate, type Report, type Traffic } from 'rxjs-fluxgate/simulate';
import { contenders, grid, rates, shapes, timeout, type Shape } from '../docs/choosing-settings.input.ts';

/** The page as it must be. */
export async function settingsPage(): Promise<string> {
  return [
    INTRODUCTION,
    ...shapes.map(toSection),
    '## Settings for a rate of calls\n',
    'Of a grid of trippers, those that miss none of the outages above in which all calls fail or hang, and are nearest to few bad calls',
    'let through and few good ones lost. Where several come to the same, the one in the middle is named.\n',
    await recommendations(),
    '',
    NOTES,
  ].join('\n');
}

/** A script with its outages spread by chance would show another page each time; these are exact. */
function play(shape: Shape, rate: number): Traffic {
  return scripted(shape.phases(rate));
}

function toSection(shape: Shape): string {
  const names = Object.keys(contenders);
  const head = ['calls', ...names.flatMap((name) => [`${name}: opened after`, 'bad calls spared', 'good calls lost'])];
  const rows = Object.entries(rates).map(([name, rate]) => [
    name,
    ...names.flatMap((contender) =>
      toCells(simulate(play(shape, rate), contenders[contender], { timeout, slowAfter: 400 })),
    ),
  ]);
  return `## ${shape.title}\n\n${table([head, ...rows])}\n`;
}

function toCells(report: Report): string[] {
  const [outage] = report.outages;
  const isOpened = report.openings.length > 0;
  const bad = report.met + report.spared;
  return [
    !isOpened
      ? `never${whyNot(report)}`
      : outage?.openedAfter === undefined
        ? 'after its end'
        : `${(outage.openedAfter / 1_000).toFixed(1)} s`,
    bad === 0 ? '-' : percent(report.spared / bad),
    percent(report.lost / report.asked),
  ];
}

/** The condition that held least. */
function whyNot({ outages }: Report): string {
  const why = outages[0]?.why;
  if (!why) return '';
  const [least] = [...why.held].sort(([, a], [, b]) => a - b);
  return least ? `: \`${least[0]}\` held ${String(least[1])} of ${String(why.judged)} times` : '';
}

async function recommendations(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, rate] of Object.entries(rates)) {
    // The same as of 100 a second, and ten times as long to compute.
    if (rate > 100) continue;
    const traffics = shapes.filter(({ isTotal }) => isTotal).map((shape) => play(shape, rate));
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- a search always comes to an end
    const { best, nearest } = await lastValueFrom(recommend(traffics, grid, { timeout }));
    const shown = best ?? nearest;
    rows.push([
      name,
      shown
        ? `\`minRequests(${String(shown.values.calls)}).and(failureRate(${String(shown.values.rate)})).or(failureStreak(${String(shown.values.streak)}))\``
        : '-',
      best ? (best.onTheEdge ? 'on the edge' : '') : 'breaks a limit',
    ]);
  }
  return table([['calls', 'tripper', ''], ...rows]);
}

function percent(ratio: number): string {
  return ratio === 0 ? '0' : `${(ratio * 100).toFixed(1)} %`;
}

/** As Prettier writes it. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join('\n');
}

const INTRODUCTION = `# Choosing settings

Every number on this page is made by the [simulator](simulate.md) and checked by a test: calls at an even rate, of which 1 % fail
even when all is well, before, in and after an outage of a minute (of five minutes at 10 calls a minute). Callers give up after 1 s,
and a call of 400 ms or more is bad. Try the same with your own traffic: \`npx rxjs-fluxgate simulate access.log\`.
`;

const NOTES = `## Reading it

- The defaults open in every outage in which all calls fail or hang, at each of these rates. A slow answer is no failure: to open on
  slow calls add \`slowRate(ratio, ms)\` to the tripper, and \`slowAfter\` to \`probes\`.
- _Good calls lost_ are those rejected after the end of the outage, until the circuit has closed, and in half an outage those that would
  have succeeded.
- A hang is only seen as a failure if a \`timeout\` stands before the breaker.
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../docs/choosing-settings.md', import.meta.url)), await settingsPage());
}
