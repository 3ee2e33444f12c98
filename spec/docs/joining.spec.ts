import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/ARCHITECTURE.md`, 'utf8');
const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: { name: string; to: { pathNot: string } }[];
};

/** The rooms that each room may import, by .dependency-cruiser.cjs. */
const allowed = new Map(
  forbidden
    .filter(({ name }) => name.endsWith('-imports-downwards'))
    .map(({ name, to }) => {
      const room = name.replace('-imports-downwards', '');
      const rooms = /\((.*)\)/.exec(to.pathNot)![1]!.split('|');
      return [room, rooms.filter((below) => below !== room)] as const;
    }),
);

/** The arrows of the diagram: `a & b --> c & d` are four. */
const arrows = [...page.matchAll(/^ {2}(.* --> .*)$/gm)].flatMap(([, line = '']) => {
  const [from = [], to = []] = line.split(' --> ').map((side) => side.split(' & '));
  return from.flatMap((above) => to.map((below) => [above, below] as const));
});

function reachable(room: string): Set<string> {
  const below = arrows.filter(([above]) => above === room).map(([, next]) => next);
  return new Set([...below, ...below.flatMap((next) => [...reachable(next)])]);
}

describe('ARCHITECTURE.md', () => {
  it('should draw no arrow that .dependency-cruiser.cjs forbids', () => {
    const forbiddenArrows = arrows.filter(([above, below]) => allowed.get(above)?.includes(below) === false);
    expect(forbiddenArrows).toStrictEqual([]);
  });

  it.each([...allowed])('should draw a way from %s to each room that it may import', (room, rooms) => {
    expect([...reachable(room)]).toStrictEqual(expect.arrayContaining(rooms));
  });

  it('should have a row for each room of lib/', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const rooms = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`(\w+)\/`/g)].map(([, room]) => room));
    const folders = readdirSync(`${root}/lib`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.sort()).toStrictEqual(folders.map(({ name }) => name).sort());
  });

  it('should name only files and folders that are there', () => {
    const rooms = readdirSync(`${root}/lib`, { recursive: true, encoding: 'utf8' });
    const named = [...page.matchAll(/`([\w-]+\/(?:[\w-]+\/)*(?:[\w-]+\.ts)?)`/g)].map(([, path = '']) => path);
    const missing = named.filter((path) => !rooms.includes(path.replace(/^lib\//, '').replace(/\/$/, '')));
    expect(missing.filter((path) => path !== 'docs/')).toStrictEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  const contributing = readFileSync(`${root}/CONTRIBUTING.md`, 'utf8');

  it('should show a rule test as it stands', () => {
    const [, file = '', code = ''] = /^```typescript\n\/\/ (\S+)\n(.*?)^```$/ms.exec(contributing)!;
    const flush = (text: string): string => text.replaceAll(/^ +/gm, '');
    expect(flush(readFileSync(`${root}/${file}`, 'utf8'))).toContain(flush(code));
  });

  it('should list every script that one calls', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { scripts: object };
    const called = Object.keys(scripts).filter((name) => !/^(pre|post)/.test(name));
    const listed = [...contributing.matchAll(/^\| `npm (?:run )?(\S+)`/gm)].map(([, name]) => name);
    expect(listed.sort()).toStrictEqual(called.sort());
  });
});
