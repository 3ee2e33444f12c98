import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asyncScheduler } from 'rxjs';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../lib/breaker/resolve-options.ts';
import { CONSUMERS, FRAMEWORKS, NODES, RUNTIMES, RXJS, TYPESCRIPTS } from '../matrix/versions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

/** The cells of the first table of a page that has such a heading, without the row of dashes. */
function readTable(page: string, heading: string): string[][] {
  const rows = read(page)
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1));
  const start = rows.findIndex(([first]) => first === heading);
  const end = rows.findIndex((cells, row) => row > start && cells.length === 0);
  return rows.slice(start + 2, end);
}

/** A default as one would write it; numbers have separators on the page. */
function toCode(name: string, value: unknown): string {
  if (value === asyncScheduler) return 'asyncScheduler';
  if (name === 'random') return 'Math.random';
  if (typeof value === 'string' || Array.isArray(value)) return JSON.stringify(value).replaceAll('"', "'");
  return String(value);
}

describe('docs/options.md', () => {
  it('should list every option with the default that the code has', () => {
    const defaults = Object.entries(resolveOptions({})).map(([name, value]) => [`\`${name}\``, toCode(name, value)]);
    const table = readTable('docs/options.md', 'option').map(([name = '', value = '']) => [
      name,
      value.replaceAll('`', '').replaceAll(/(?<=\d)_(?=\d)/g, ''),
    ]);
    expect(table).toStrictEqual(defaults);
  });
});

describe('docs/operating.md', () => {
  it('should have a line for each alert', () => {
    const alerts = [...read('docs/prometheus/alerts.yml').matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => `\`${name!}\``,
    );
    expect(readTable('docs/operating.md', 'alert').map(([name]) => name)).toStrictEqual(alerts);
  });
});

/** The versions of each package that the matrix installs. */
function testedVersions(): Map<string, Set<string>> {
  const versions = new Map<string, Set<string>>();
  for (const spec of [...FRAMEWORKS, ...CONSUMERS].flatMap(({ packages }) => [...packages])) {
    const [, name = '', version = 'latest'] = /^(.+?)(?:@([^@]+))?$/.exec(spec.replace(/^.*@npm:/, '')) ?? [];
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return versions;
}

describe('docs/versions.md', () => {
  it('should have the versions of the matrix; `vitest -u` writes them', async () => {
    const { engines, peerDependencies } = JSON.parse(read('package.json')) as {
      engines: { node: string };
      peerDependencies: Record<string, string>;
    };
    const tested = testedVersions();
    const peers = Object.keys(peerDependencies).filter((name) => name !== 'rxjs' && tested.has(name));
    const toRow = (name: string, supported: string, versions: Iterable<string>): string =>
      `| ${name} | ${supported} | ${[...versions].join(', ')} |`;
    const table = [
      '| package | supported | tested |',
      '| --- | --- | --- |',
      toRow('Node', engines.node, NODES),
      toRow('Deno, Bun', 'the latest', Object.keys(RUNTIMES)),
      toRow('`rxjs`', peerDependencies['rxjs']!, RXJS),
      toRow('`typescript`', `>=${TYPESCRIPTS[0]}`, TYPESCRIPTS),
      ...peers.map((name) => toRow(`\`${name}\``, peerDependencies[name]!, tested.get(name)!)),
      toRow('`prom-client`', '14, 15', tested.get('prom-client')!),
      toRow('`@prometheus-io/client`', '0.16', tested.get('@prometheus-io/client')!),
      '',
    ].join('\n');
    const path = `${root}/docs/versions.md`;
    const page = read('docs/versions.md').replace(/(?:^\|.*\n)+/m, () => table);
    const formatted = await format(page, { parser: 'markdown', printWidth: 120 });
    await expect(formatted).toMatchFileSnapshot(path);
  });
});
