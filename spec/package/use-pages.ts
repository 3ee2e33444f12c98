/**
 * Pastes the examples of the README and of each page of docs/ into fresh projects, as they stand, that have the packed
 * tarball and what it integrates with, compiles them strictly, and runs each: use-pages.ts TARBALL FOLDER [PAGE…]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docExamples, type DocExample } from '../docs/doc-examples.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [tarball, folder] = process.argv.slice(2, 4).map((path) => resolve(path));
const only = process.argv.slice(4);
if (!tarball || !folder) throw new Error('use-pages.ts TARBALL FOLDER [PAGE…]');

const { devDependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  devDependencies: Record<string, string>;
};
const examples = docExamples(root)
  .filter(({ title }) => title.startsWith('docs/') || title.startsWith('README'))
  .filter((example) => only.length === 0 || only.includes(pageOf(example)));

let failed = 0;
for (const page of new Set(examples.map(pageOf))) {
  const project = `${folder}/${page.replaceAll(/\W/g, '-')}`;
  const ofPage = examples.filter((example) => pageOf(example) === page);
  makeProject(project, ofPage);
  execFileSync('npx', ['tsc'], { cwd: project, stdio: 'inherit' });
  for (const example of ofPage) run(project, example);
}
console.log(`${String(examples.length - failed)} examples do what their pages say, ${String(failed)} do not`);
process.exitCode = failed ? 1 : 0;

function pageOf({ title }: DocExample): string {
  return title.replace(/:\d+$/, '');
}

/** The name of the file of an example, without its ending. */
function fileOf({ title }: DocExample): string {
  return title.replaceAll(/\W/g, '-');
}

function makeProject(project: string, ofPage: readonly DocExample[]): void {
  mkdirSync(project);
  write(project, 'package.json', { private: true, type: 'module' });
  write(project, 'tsconfig.json', {
    compilerOptions: {
      ...{ target: 'ES2022', module: 'NodeNext', strict: true, experimentalDecorators: true },
      // What is integrated with is not ours to check; that our own declarations are sound is checked elsewhere.
      ...{ skipLibCheck: true, types: ['node'] },
    },
    include: ['*.ts'],
  });
  for (const example of ofPage) writeFileSync(`${project}/${fileOf(example)}.ts`, `${example.code}\nexport {};\n`);
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball!, ...packagesOf(ofPage)], {
    cwd: project,
    stdio: 'inherit',
  });
}

/** What the examples import, and what TypeScript needs, in the versions that the package is tested with. */
function packagesOf(ofPage: readonly DocExample[]): string[] {
  const imported = ofPage.flatMap(({ code }) =>
    [...code.matchAll(/(?:from|import) '((?:@[^/']+\/)?[^/']+)/g)].map(([, name = '']) => name),
  );
  const wanted = new Set([...imported, 'rxjs', 'typescript', '@types/node', ...peersOf(imported)]);
  return [...wanted].flatMap((name) => {
    const version = devDependencies[name];
    return version === undefined ? [] : [`${name}@${version}`];
  });
}

/** What a framework asks for beside itself. */
function peersOf(imported: readonly string[]): string[] {
  const families = new Set(imported.map((name) => name.replace(/\/.*/, '')));
  return [
    ...(families.has('@angular') ? ['@angular/core', '@angular/common', '@angular/compiler'] : []),
    ...(families.has('@nestjs') ? ['@nestjs/core', '@nestjs/platform-express', 'reflect-metadata', 'axios'] : []),
    ...(families.has('opossum') ? ['@types/opossum'] : []),
  ];
}

/** Runs a compiled example, and compares what it prints with what its comments say. */
function run(project: string, example: DocExample): void {
  const expected = example.prints.join('\n');
  const printed = output(project, `${fileOf(example)}.js`);
  if (printed === expected) return;
  failed++;
  console.error(`${example.title} printed\n${printed}\nand not\n${expected}`);
}

function output(project: string, file: string): string {
  try {
    return execFileSync('node', [file], { cwd: project, encoding: 'utf8', timeout: 60_000 }).trimEnd();
  } catch (error) {
    return String(error);
  }
}

function write(project: string, file: string, content: unknown): void {
  writeFileSync(`${project}/${file}`, JSON.stringify(content, undefined, 2));
}
