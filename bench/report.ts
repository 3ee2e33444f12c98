import type { Limit } from './limits.ts';
import type { Footprint } from './memory.ts';
import type { Results } from './results.ts';
import type { Ratio, Table } from './rounds.ts';
import { markdownTable } from './table.ts';

/** The results for people, in Markdown. */
export function reportOf(results: Results): string {
  const { command, date, limits, machine, memory, pace, sizes, tables, versions } = results;
  return [
    '# Benchmark',
    `What \`${command}\` found on ${date}: Node ${versions['node'] ?? '?'} on ${machine.cpu}, ${String(machine.cores)} cores, ` +
      `${machine.memory}, ${machine.os}; ${packagesOf(versions)}.`,
    'Ratios only: how many nanoseconds a call takes depends more on the machine than on the library. All variants of a table ' +
      `take turns in one process, for ${String(pace.rounds)} rounds of ${String(pace.milliseconds)} ms each after a warm-up, ` +
      'garbage collection included. A ratio is the median over the rounds divided by the median of the ' +
      'baseline; in parentheses are the quartiles of the ratios within a round.',
    '![The ratios as bars](results.svg)',
    '## The limits of the design',
    limitTable(limits),
    ...tables.flatMap((table) => [`## ${table.title}`, table.about, ratioTable(table)]),
    '## Memory',
    `On the heap and in typed arrays, after a forced garbage collection. A new breaker sets ${String(memory.timers)} timers; ` +
      'the one of opossum holds an interval.',
    footprintTable('a breaker', memory.breakers),
    'A call in flight, of an Observable that stays silent or of a promise that stays pending, with what RxJS and the ' +
      'promises take themselves:',
    footprintTable('a call in flight', memory.calls),
    '## Size',
    'Minified by esbuild and gzipped, without `rxjs`.',
    markdownTable(
      ['import', 'bytes'],
      sizes.map(({ name, bytes }) => [name, whole(bytes)]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

export function limitTable(limits: readonly Limit[]): string {
  return markdownTable(
    ['what', 'limit', 'measured', ''],
    limits.map(({ name, unit, limit, measured, holds }) => {
      const text = (value: number): string => (unit === '×' ? `${precise(value)} ×` : `${whole(value)} ${unit}`);
      return [name, `≤ ${text(limit)}`, text(measured), holds ? 'holds' : 'does not hold'];
    }),
  );
}

export function ratioTable({ baselines, rows }: Table): string {
  return markdownTable(
    ['', ...baselines.map((baseline) => `× ${baseline}`)],
    rows.map(({ name, ratios }) => [name, ...baselines.map((baseline) => spread(ratios[baseline]))]),
  );
}

export function footprintTable(what: string, footprints: readonly Footprint[]): string {
  return markdownTable(
    [what, 'bytes'],
    footprints.map(({ name, bytes }) => [name, whole(bytes)]),
  );
}

function packagesOf(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .filter(([name]) => name !== 'node')
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

function spread(ratio: Ratio | undefined): string {
  return ratio ? `${precise(ratio.ratio)} (${precise(ratio.low)} to ${precise(ratio.high)})` : '';
}

/** So many digits as are worth reading. */
export function precise(value: number): string {
  return value >= 100
    ? whole(value)
    : value >= 10
      ? value.toFixed(1)
      : value >= 0.1
        ? value.toFixed(2)
        : value.toFixed(3);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
