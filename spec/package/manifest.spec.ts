import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  scripts: Record<string, string>;
  files: string[];
  [key: string]: unknown;
}

const read = (path: string): string => readFileSync(path, 'utf8');
const manifest = JSON.parse(read(`${root}package.json`)) as Manifest;
const REPOSITORY = 'https://github.com/rxjs-fluxgate/rxjs-fluxgate';

function run(cwd: string, program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A repository with the scripts of this one, whose build writes one file, so that npm need not install its tools. */
function makeRepository(): { repository: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const repository = join(folder, 'repository');
  mkdirSync(repository);
  const { peerDependencies, peerDependenciesMeta, devDependencies, ...rest } = manifest;
  const { scripts } = manifest;
  expect([peerDependencies, peerDependenciesMeta, devDependencies]).not.toContain(undefined);
  write(repository, { ...rest, scripts: { ...scripts, build: 'node build.cjs' } });
  const build = `const { mkdirSync, writeFileSync } = require('node:fs');
mkdirSync('dist', { recursive: true });
writeFileSync('dist/index.js', '');
`;
  writeFileSync(join(repository, 'build.cjs'), build);
  return { repository, folder };
}

function write(folder: string, content: object): void {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
}

function makeProject(folder: string): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  write(project, { private: true });
  return project;
}

describe('package.json', () => {
  it('should say where the package comes from, which publishing with provenance asks for', () => {
    expect(manifest).toMatchObject({
      author: 'The rxjs-fluxgate authors',
      homepage: `${REPOSITORY}#readme`,
      bugs: { url: `${REPOSITORY}/issues` },
      repository: { type: 'git', url: `git+${REPOSITORY}.git` },
      publishConfig: { access: 'public', provenance: true },
    });
  });

  it('should have the script that packing takes out at the end, where packing puts it back', () => {
    expect(Object.keys(manifest.scripts).at(-1)).toBe('prepare');
    expect(manifest.scripts['postpack']).toContain(manifest.scripts['prepare']);
  });
});

/** In ms: npm starts several processes, on whatever machine. */
const TIMEOUT = 300_000;

describe('an install', { timeout: TIMEOUT }, () => {
  it('should build dist if it is from git', () => {
    const { repository, folder } = makeRepository();
    writeFileSync(join(repository, '.gitignore'), 'dist/\n');
    run(repository, 'git', 'init', '--quiet');
    run(repository, 'git', 'add', '.');
    run(repository, 'git', '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '--message', 'a');
    const project = makeProject(folder);
    run(project, 'npm', 'install', '--offline', '--no-audit', '--no-fund', `git+file://${repository}`);
    expect(existsSync(join(project, 'node_modules/rxjs-fluxgate/dist/index.js'))).toBe(true);
  });

  it('should find no script that npm warns about if it is from a tarball', () => {
    const { repository, folder } = makeRepository();
    const before = read(join(repository, 'package.json'));
    run(repository, 'npm', 'pack', '--silent');
    expect(read(join(repository, 'package.json'))).toBe(before);

    const tarball = join(
      repository,
      readdirSync(repository).find((file) => file.endsWith('.tgz'))!,
    );
    run(folder, 'tar', '-xzf', tarball);
    expect(existsSync(join(folder, 'package/dist/index.js'))).toBe(true);
    const { scripts } = JSON.parse(read(join(folder, 'package/package.json'))) as Manifest;
    const installing = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(scripts).filter((script) => installing.includes(script))).toStrictEqual([]);
  });
});

describe('the pages in the tarball', () => {
  const pages = ['README.md', ...readdirSync(`${root}docs`, { encoding: 'utf8' }).map((file) => `docs/${file}`)];
  const isPacked = (path: string): boolean =>
    path === 'LICENSE' ||
    pages.filter((page) => page.endsWith('.md')).includes(path) ||
    manifest.files.some((entry) => path === entry || path.startsWith(`${entry}/`));

  it.each(pages.filter((page) => page.endsWith('.md')))('should link in %s to nothing that npm lacks', (page) => {
    const text = read(root + page).replace(/^```[^]*?^```/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|<img[^>]*\ssrc="([^"]+)"/g)].map(([, a, b]) => (a ?? b)!);
    const relative = targets.filter((target) => !/^(https:|#)/.test(target)).map((target) => target.replace(/#.*/, ''));
    const paths = relative.map((target) => normalize(join(dirname(page), target)));
    expect(paths.filter((path) => !isPacked(path) || !existsSync(root + path))).toStrictEqual([]);

    const own = targets.filter((target) => target.includes('rxjs-fluxgate/rxjs-fluxgate/'));
    const files = own.map((target) =>
      target.replace(/^.*\/rxjs-fluxgate\/rxjs-fluxgate\/(blob\/)?main\//, '').replace(/#.*/, ''),
    );
    expect(files.filter((file) => !existsSync(root + file))).toStrictEqual([]);
  });
});
