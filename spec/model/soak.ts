// A million random traces on all cores: npm run test:soak [traces]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { runTraces } from './run-traces.ts';

const CHUNK = 5_000;
const [, script = '', total = '1000000', seed] = process.argv;

if (seed === undefined) await lead(Number(total));
else work(Number(total), Number(seed));

/** Shares the traces out. */
async function lead(traces: number): Promise<void> {
  const started = Date.now();
  const workers = availableParallelism();
  const firstSeed = started % 2 ** 31;
  console.log(`${traces.toLocaleString('en')} traces in ${String(workers)} processes, seeds from ${String(firstSeed)}`);
  let done = 0;
  const exits = Array.from({ length: workers }, async (_, i) => {
    const share = Math.floor(traces / workers) + (i < traces % workers ? 1 : 0);
    const worker = fork(script, [String(share), String(firstSeed + i * 1_000_000)]);
    worker.on('message', (count) => {
      done += Number(count);
      if (done % (20 * CHUNK) === 0) console.log(`${done.toLocaleString('en')} traces`);
    });
    const [code] = (await once(worker, 'exit')) as [number];
    if (code !== 0) process.exitCode = 1;
  });
  await Promise.all(exits);
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${done.toLocaleString('en')} traces looked like the model, in ${String(seconds)} s`);
  if (done !== traces) process.exitCode = 1;
}

/** Runs a share, chunk by chunk; a trace that looks different ends the process with its counterexample. */
function work(share: number, firstSeed: number): void {
  for (let done = 0; done < share; done += CHUNK) {
    const count = Math.min(CHUNK, share - done);
    runTraces(count, firstSeed + done);
    process.send?.(count);
  }
}
