import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Group, Variant } from '../group.ts';

export const ES2022 = 'bundled for es2022';
export const ES2020 = 'bundled for es2020';

/** So many that the messages to and from a worker cost nothing. */
const CALLS = 20_000;

/** Each bundle is a program of its own, so that RxJS has not seen the objects of the other. */
const PROGRAM = `
import { parentPort } from 'node:worker_threads';
import { of } from 'rxjs';
import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
const source = of(1).pipe(circuitBreaker(new CircuitBreaker()));
const sink = { value: undefined };
const observer = { next(value) { sink.value = value; }, error() {}, complete() {} };
parentPort.on('message', (calls) => {
  for (let i = 0; i < calls; i++) source.subscribe(observer);
  parentPort.postMessage(sink.value);
});
`;

/** The package as an application bundles it. Beside the benchmark, so that the bundle finds the same RxJS. */
export async function targets(): Promise<Group> {
  const folder = mkdtempSync(fileURLToPath(new URL('../bundle-', import.meta.url)));
  const start = async (target: string): Promise<Worker> => {
    const outfile = `${folder}/${target}.mjs`;
    const stdin = { contents: PROGRAM, resolveDir: folder };
    await build({
      stdin,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target,
      external: ['rxjs'],
      outfile,
    });
    const worker = new Worker(outfile);
    await once(worker, 'online');
    return worker;
  };
  const workers = await Promise.all([start('es2022'), start('es2020')]);
  const [modern, older] = workers;
  return {
    title: 'Bundled for older browsers',
    about:
      'A guarded `of(1)` with the defaults, from bundles that esbuild made for the two targets, each in a thread of its own.',
    baselines: [ES2022],
    variants: [subscribingIn(ES2022, modern), subscribingIn(ES2020, older)],
    dispose: () => {
      workers.forEach((worker) => void worker.terminate());
      rmSync(folder, { recursive: true });
    },
  };
}

function subscribingIn(name: string, worker: Worker): Variant {
  return {
    name,
    calls: CALLS,
    run: async () => {
      worker.postMessage(CALLS);
      await once(worker, 'message');
    },
  };
}
