import { readFile, writeFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import { project, run } from './project.ts';
import type { Report } from './report.ts';
import type { Tools } from './tools.ts';
import { NODES, RXJS } from './versions.ts';

const FORMATS = [
  { name: 'ESM', format: 'esm', ending: 'mjs' },
  { name: 'CommonJS', format: 'cjs', ending: 'cjs' },
] as const;

/** What each program of consumer/ must print. */
const PROGRAMS = {
  core: [
    'Error: 503',
    'stock: closed → open',
    'Error: 503',
    'rejected by stock, an instance: true',
    'stock: open → half_open',
    'stock: half_open → closed',
    'in stock',
  ].join('\n'),
  http: 'open for 7000 ms',
};

/** Runs the programs on every Node, with every RxJS, as both kinds of module. */
export async function runPrograms(folder: string, tarball: string, tools: Tools, report: Report): Promise<void> {
  for (const rxjs of RXJS) {
    const home = `${folder}/run-rxjs-${rxjs}`;
    await project(home, [tarball, `rxjs@${rxjs}`]);
    for (const [program, prints] of Object.entries(PROGRAMS)) {
      const source = await readFile(new URL(`consumer/${program}.ts`, import.meta.url), 'utf8');
      for (const { name, format, ending } of FORMATS) {
        const { code } = await transform(source, { format, loader: 'ts', target: 'node20' });
        await writeFile(`${home}/${program}.${ending}`, code);
        for (const node of NODES) {
          const { ok, output } = await run(home, tools.node(node), `${program}.${ending}`);
          report(`node ${node}, rxjs ${rxjs}, ${name}: ${program}`, ok && output === prints, output);
        }
      }
    }
  }
}
