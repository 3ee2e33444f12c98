// Writes docs/choosing-settings.md from docs/choosing-settings.input.ts: tsx build/settings.ts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lastValueFrom } from 'rxjs';
import { recommend, scripted, simulate, type Report } from 'rxjs-fluxgate/simulate';
import {
  contenders,
  grid,
  noises,
  noisy,
  noisyRates,
  rates,
  runsAt,
  shapes,
  slowAfter,
  timeout,
  type Shape,
} from '../docs/choosing-settings.input.ts';
import { seeded } from '../lib/simulate/seeded.ts';

/** The page as it must be. */
export async function settingsPage(): Promise<string> {
  return [
    INTRODUCTION,
    ...shapes.map(toSection),
    noiseSection(),
    '## Settings for a rate of calls\n',
    'Of a grid of trippers, those that miss none of the outages above in which all calls fail or hang, and are nearest to few bad calls',
    'let through and few good ones lost. Where several come to the same, the one in the middle is named.\n',
    await recommendations(),
    '',
    NOTES,
  ].join('\n');
}

/** What a contender does in the scripts of a cell. */
export interface Cell {
  /** In how many of the scripts the circuit opened in the outage. */
  readonly opened: number;
  readonly runs: number;
  /** After how many ms, in the median of those; undefined if in none. */
  readonly openedAfter: number | undefined;
  /** Ratios of all bad calls, and of all calls. */
  readonly spared: number;
  readonly lost: number;
  readonly report: Report;
}

const cells = new Map<string, Cell>();

/** Each script has other arrivals, and an outage of another length; two runs of this program have the same. */
export function simulateCell(shape: Shape, rate: number, contender: string): Cell {
  const key = [shape.title, rate, contender].join();
  const cell = cells.get(key) ?? computeCell(shape, rate, contender);
  cells.set(key, cell);
  return cell;
}

function computeCell(shape: Shape, rate: number, contender: string): Cell {
  const runs = runsAt(rate);
  const reports = Array.from({ length: runs }, (_, k) => {
    const phases = shape.phases(rate, 2 ** ((k + 0.5) / runs - 0.5));
    const world = { timeout, slowAfter, random: seeded(k + 1) };
    return simulate(scripted(phases, { random: seeded(k + 1) }), contenders[contender], world);
  });
  const sum = (count: (report: Report) => number): number => reports.reduce((total, one) => total + count(one), 0);
  const after = reports
    .flatMap(({ outages: [outage] }) => (outage?.openedAfter === undefined ? [] : [outage.openedAfter]))
    .sort((a, b) => a - b);
  return {
    opened: after.length,
    runs,
    openedAfter: after[after.length >> 1],
    spared: sum(({ spared }) => spared) / sum(({ met, spared }) => met + spared),
    lost: sum(({ lost }) => lost) / sum(({ asked }) => asked),
    report: reports.find(({ outages: [outage] }) => outage?.why) ?? reports[0]!,
  };
}

/** What share of the calls is refused where some fail all the time. */
export function simulateNoise(rate: number, noise: number, contender: string): number {
  const traffic = scripted(noisy(rate, noise), { random: seeded(1) });
  const { lost, spared, asked } = simulate(traffic, contenders[contender], { timeout, random: seeded(1) });
  return (lost + spared) / asked;
}

function toSection(shape: Shape): string {
  const found = Object.entries(rates).map(([name, rate]) => ({
    name,
    cells: Object.keys(contenders).map((contender) => simulateCell(shape, rate, contender)),
  }));
  const rows = found.map(({ name, cells: row }) => [name, ...row.map(toText)]);
  const silences = found.flatMap(({ name, cells: [defaults] }) =>
    defaults!.opened === 0 ? [`- ${name}: ${whyNot(defaults!.report)}`] : [],
  );
  const why = silences.length > 0 ? `\nWhy the defaults do not open:\n\n${silences.join('\n')}\n` : '';
  return `## ${shape.title}\n\n${table([['calls', ...Object.keys(contenders)], ...rows])}\n${why}`;
}

function toText({ opened, runs, openedAfter, spared, lost }: Cell): string {
  const share = lost === 0 ? '' : `, ${percent(lost)} lost`;
  if (openedAfter === undefined) return lost === 0 ? 'never' : `after its end${share}`;
  const often = opened === runs ? '' : ` in ${String(opened)} of ${String(runs)}`;
  return `${(openedAfter / 1_000).toFixed(1)} s${often}: ${percent(spared)} spared${share}`;
}

function noiseSection(): string {
  const head = [
    'calls',
    ...noises.flatMap((noise) => Object.keys(contenders).map((name) => `${name}, ${percent(noise, 0)}`)),
  ];
  const rows = Object.entries(noisyRates)
    .sort(([, a], [, b]) => a - b)
    .map(([name, rate]) => [
      name,
      ...noises.flatMap((noise) =>
        Object.keys(contenders).map((contender) => percent(simulateNoise(rate, noise, contender), 2)),
      ),
    ]);
  return `## A tenth or three tenths fail all the time\n\nWhat share of the calls is refused:\n\n${table([head, ...rows])}\n`;
}

/** The condition that held least. */
function whyNot({ outages }: Report): string {
  const why = outages[0]?.why;
  if (!why) return '';
  const [least] = [...why.held].sort(([, a], [, b]) => a - b);
  return least ? `\`${least[0]}\` held ${String(least[1])} of ${String(why.judged)} times` : '';
}

async function recommendations(): Promise<string> {
  const rows: string[][] = [];
  for (const [name, rate] of Object.entries(rates)) {
    // The same as of 100 a second, and ten times as long to compute.
    if (rate > 100) continue;
    const traffics = shapes.filter(({ isTotal }) => isTotal).map((shape) => scripted(shape.phases(rate, 1)));
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

function percent(ratio: number, digits = 1): string {
  return ratio === 0 ? '0' : `${(ratio * 100).toFixed(digits)} %`;
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

Every number on this page is made by the [simulator](simulate.md) and checked by a test: calls that arrive by chance, of which 1 % fail
even when all is well, before, in and after an outage of about a minute (of about five minutes at 10 calls a minute). Callers give up
after 1 s, and a call of ${String(slowAfter)} ms or more is bad. A cell shows after how long the circuit opened, which share of the bad calls it
spared, and which share of all calls were good and refused. Try the same with your own traffic: \`npx rxjs-fluxgate simulate access.log\`.

What is better depends on what you tolerate, so three settings stand side by side:

- **defaults**: \`new CircuitBreaker()\`, with a window of 60 s.
- **eager**: the defaults with \`window: timeWindow(10_000)\`. For those who rather refuse good calls than wait for bad ones.
- **patient**: the defaults without \`failureStreak(20)\`. For those who rather wait than refuse: it rides out short outages.
`;

const NOTES = `## Reading it

- The defaults open in every outage in which all calls fail or hang, at each of these rates, and refuse nothing while a tenth of the
  calls fails all the time.
- They are slow to see a dependency that fails by half: the window of 60 s must forget the good calls from before the outage. The eager
  setting sees it about five times as soon from 10 calls a second on. What it costs stands in the table of calls that fail all the time:
  at a few calls a second its window holds so few that by chance half of them fail where three tenths do. The defaults have the same
  weakness at 30 calls a minute, to a lesser degree. If few of your calls fail when all is well, \`timeWindow(10_000)\` is the better
  choice.
- From 10 calls a second on the defaults open in a blip of 3 s, because twenty failures in a row are there after about 2 s. The patient
  setting does not, and needs half a minute to see that a dependency is dead.
- At 10 calls a minute no setting can open soon: five failures in a row take half a minute.
- A slow answer is no failure: to open on slow calls add \`slowRate(ratio, ms)\` to the tripper, and \`slowAfter\` to \`probes\`.
- _Lost_ are good calls refused after the end of the outage, until the circuit has closed, and in half an outage those that would have
  succeeded. The longer the outage, the longer the last wait: \`backoff({ initial, max })\` with a smaller \`max\` shortens it.
- A hang is only seen as a failure if a \`timeout\` stands before the breaker.
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../docs/choosing-settings.md', import.meta.url)), await settingsPage());
}
