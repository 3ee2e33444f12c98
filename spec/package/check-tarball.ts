/**
 * Looks through what `npm pack` would publish of a built package: no maps, which would lead to sources that are not
 * there, no mention of them, and no chunk that nothing loads. Run `npm run build` before.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MAX_FILES = 440;
const MAX_KILOBYTES = 600;

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
) as [{ files: { path: string }[]; size: number }];
const paths = packed.files.map(({ path }) => path);
const texts = new Map(
  paths.filter((path) => /\.(c?js|d\.c?ts)$/.test(path)).map((path) => [path, readFileSync(root + path, 'utf8')]),
);
const all = [...texts.values()].join('\n') + readFileSync(`${root}package.json`, 'utf8');

/** How another file names it: types are loaded by the name of the code. */
const toStem = (path: string): string => basename(path).replace(/(\.d)?\.c?[jt]s$/, '');

const problems = [
  ...paths.filter((path) => path.endsWith('.map')).map((path) => `${path} is a source map`),
  ...[...texts]
    .filter(([, text]) => text.includes('# sourceMappingURL='))
    .map(([path]) => `${path} names a source map`),
  ...[...texts.keys()]
    .filter((path) => !all.includes(toStem(path)))
    .map((path) => `${path} is loaded by no other file`),
  ...(paths.length > MAX_FILES ? [`${String(paths.length)} files are more than ${String(MAX_FILES)}`] : []),
  ...(packed.size > MAX_KILOBYTES * 1_000
    ? [`${String(packed.size)} B are more than ${String(MAX_KILOBYTES)} kB`]
    : []),
];
for (const problem of problems) console.error(problem);
console.log(`The tarball has ${String(paths.length)} files and ${String(Math.round(packed.size / 1_000))} kB.`);
process.exitCode = problems.length > 0 || texts.size === 0 ? 1 : 0;
