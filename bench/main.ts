/**
 * Measures what a guarded call costs, side by side with plain RxJS and with other circuit breakers, and writes down what
 * it found. It judges nothing by its exit code: a busy machine is no bug.
 *
 * `--quick` takes a few short rounds and writes nothing; `--smoke` takes one, whose figures mean nothing: it shows that all
 * of it runs.
 */
import { writeFileSync } from 'node:fs';
import { chartOf } from './chart.ts';
import type { GroupFactory } from './group.ts';
import { limitsOf } from './limits.ts';
import { machine, versions } from './machine.ts';
import { measureMemory } from './memory.ts';
import { footprintTable, limitTable, ratioTable, reportOf } from './report.ts';
import type { Results } from './results.ts';
import { measureInRounds, type Pace, type Table } from './rounds.ts';
import { measureSizes } from './size.ts';
import { awaited } from './variants/awaited.ts';
import { fleets } from './variants/fleets.ts';
import { keys, probes, reentrant, watchers } from './variants/growth.ts';
import { guarded } from './variants/guarded.ts';
import { inFlight } from './variants/in-flight.ts';
import { integrations } from './variants/integrations.ts';
import { promises } from './variants/promises.ts';
import { rejections } from './variants/rejections.ts';
import { targets } from './variants/targets.ts';
import { values } from './variants/values.ts';
import { windows } from './variants/windows.ts';

const groups: readonly GroupFactory[] = [
  guarded,
  awaited,
  promises,
  rejections,
  ...values,
  windows,
  inFlight,
  watchers,
  reentrant,
  probes,
  keys,
  targets,
  integrations,
  fleets,
];

const smoke = process.argv.includes('--smoke');
const quick = smoke || process.argv.includes('--quick');
const pace: Pace = smoke
  ? { rounds: 1, milliseconds: 1 }
  : quick
    ? { rounds: 5, milliseconds: 10 }
    : { rounds: 50, milliseconds: 20 };
const warmUp: Pace = { ...pace, rounds: smoke ? 0 : quick ? 2 : 4 };

if (!globalThis.gc) throw new Error('Run node with --expose-gc, as npm run bench does.');
if (!import.meta.resolve('rxjs-fluxgate').endsWith('/dist/index.js')) {
  throw new Error('This would measure the sources and not the build: run it as npm run bench does.');
}

// First, while nothing has been measured that could still be on the heap.
const memory = await measureMemory();
const sizes = measureSizes();

// All of them before any, so that what RxJS shares between them has seen them all.
for (const factory of groups) await measured(factory, warmUp);
const tables: Table[] = [];
for (const factory of groups) {
  const table = await measured(factory, pace);
  tables.push(table);
  print(`\n${table.title}`, ratioTable(table));
}

const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  command: 'npm run bench',
  machine: machine(),
  versions: versions(),
  pace,
  limits: limitsOf(tables, memory, sizes),
  tables,
  memory,
  sizes,
};
print('', footprintTable('a breaker', memory.breakers), '', footprintTable('a call in flight', memory.calls));
print('', limitTable(results.limits));

if (!quick) {
  const json = `${JSON.stringify(results, rounded, 2)}\n`;
  write('results.json', json);
  // From what was written, so that they can be drawn again from it.
  const written = JSON.parse(json) as Results;
  write('RESULTS.md', reportOf(written));
  write('results.svg', chartOf(written));
}

async function measured(factory: GroupFactory, at: Pace): Promise<Table> {
  const group = await factory();
  try {
    return await measureInRounds(group, { ...at, rounds: Math.min(at.rounds, group.rounds ?? Infinity) });
  } finally {
    group.dispose?.();
  }
}

function write(name: string, text: string): void {
  writeFileSync(new URL(name, import.meta.url), text);
}

function print(...lines: readonly string[]): void {
  console.log(lines.join('\n'));
}

/** More digits are noise, and noise in a diff. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
