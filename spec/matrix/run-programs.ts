import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { transform } from 'esbuild';
import { project, run } from './project.ts';
import type { Report } from './report.ts';
import type { Tools } from './tools.ts';
import { FRAMEWORKS, JITIS, NODES, RUNTIMES, RXJS } from './versions.ts';

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
  http: ['open for 7000 ms', 'open after network failures'].join('\n'),
  testing: ['as expected', 'pen down down down rejected pen pen', 'closed open half_open closed'].join('\n'),
  retry: ['available', 'pens at request 2', 'CallNotPermittedError after 1 rejection'].join('\n'),
  simulate: 'opened in time: true',
  fleet: 'the other is forced_open',
};

/** Runs the programs on every Node and on the other runtimes, with every RxJS, as both kinds of module. */
export async function runPrograms(folder: string, tarball: string, tools: Tools, report: Report): Promise<void> {
  for (const rxjs of RXJS) {
    const home = `${folder}/run-rxjs-${rxjs}`;
    await project(home, [tarball, `rxjs@${rxjs}`]);
    for (const [program, prints] of Object.entries(PROGRAMS)) {
      for (const { name, format, ending } of FORMATS) {
        const file = await compile(program, home, format, ending);
        const check = async (runtime: string, path: string, ...args: string[]): Promise<void> => {
          const { ok, output } = await run(home, path, ...args, file);
          report(`${runtime}, rxjs ${rxjs}, ${name}: ${program}`, ok && output === prints, output);
        };
        for (const node of NODES) await check(`node ${node}`, tools.node(node));
        for (const runtime of keysOf(RUNTIMES)) await check(runtime, tools.runtime(runtime), ...RUNTIMES[runtime]);
      }
    }
  }
}

/** Runs a program with each version of a framework, which npm must install beside the package without a complaint. */
export async function runFrameworks(folder: string, tarball: string, tools: Tools, report: Report): Promise<void> {
  for (const { name, program, packages, prints } of FRAMEWORKS) {
    const home = `${folder}/run-${name.replaceAll(/\W+/g, '-')}`;
    try {
      await project(home, [tarball, 'rxjs@7', ...packages]);
    } catch (error) {
      report(`npm install: ${name}`, false, String(error));
      continue;
    }
    const file = await compile(program, home, 'esm', 'mjs');
    const { ok, output } = await run(home, tools.node('20'), file);
    report(`node 20: ${name}`, ok && output === prints, output);
  }
}

/** Runs the command with a configuration in TypeScript, which Node 20 cannot read by itself. */
export async function runCommand(folder: string, tarball: string, tools: Tools, report: Report): Promise<void> {
  for (const jiti of JITIS) {
    const home = `${folder}/run-jiti-${jiti}`;
    await project(home, [tarball, 'rxjs@7', `jiti@${jiti}`]);
    await copyFile(new URL('consumer/breakers.ts', import.meta.url), `${home}/breakers.ts`);
    const calls = Array.from({ length: 60 }, (_, i) => `${String(i * 100)},20,503`);
    await writeFile(`${home}/calls.csv`, ['time,duration,status', ...calls].join('\n'));
    const command = 'node_modules/rxjs-fluxgate/dist/cli/main.js';
    const args = [command, 'simulate', 'calls.csv', '--config', 'breakers.ts'];
    const { ok, output } = await run(home, tools.node('20'), ...args);
    report(`node 20, jiti ${jiti}: rxjs-fluxgate simulate`, ok && /bad calls spared +55/.test(output), output);
  }
}

/** Compiles a program of consumer/ into a folder; returns the name of the file. */
async function compile(program: string, home: string, format: 'esm' | 'cjs', ending: string): Promise<string> {
  const source = await readFile(new URL(`consumer/${program}.ts`, import.meta.url), 'utf8');
  const { code } = await transform(source, { format, loader: 'ts', target: 'node20' });
  await writeFile(`${home}/${program}.${ending}`, code);
  return `${program}.${ending}`;
}

function keysOf<Key extends string>(object: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(object) as Key[];
}
