// Random traces on all cores, of the breaker and a twentieth as many of fleets, which take longer: npm run test:soak [traces]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { runDeaths, runDifferential } from './fleet/traces/differential.ts';
import { runFleetTraces } from './fleet/traces/run-traces.ts';
import { runTraces } from './model/run-traces.ts';

/** What a chunk of traces is, and how many. */
const SOAKS = {
  breaker: { chunk: 5_000, proves: 'looked like the model', run: runTraces },
  fleet: { chunk: 250, proves: 'held the invariants of a fleet', run: runFleets },
} as const;
type Kind = keyof typeof SOAKS;

/** Of five traces four hold the invariants of fleets with faults, one compares a member with a lone breaker. */
function runFleets(count: number, seed: number): void {
  const compared = Math.ceil(count / 10);
  runFleetTraces(count - 2 * compared, seed);
  runDifferential(compared, seed);
  runDeaths(compared, seed);
}

const [, script = '', total = '1000000', kind, seed] = process.argv;

if (kind === undefined) {
  await lead('breaker', Number(total));
  await lead('fleet', Math.ceil(Number(total) / 20));
} else work(kind as Kind, Number(total), Number(seed));

/** Shares the traces out. */
async function lead(of: Kind, traces: number): Promise<void> {
  const started = Date.now();
  const workers = availableParallelism();
  const firstSeed = started % 2 ** 31;
  const count = traces.toLocaleString('en');
  console.log(`${count} traces of a ${of} in ${String(workers)} processes, seeds from ${String(firstSeed)}`);
  let done = 0;
  let shown = 0;
  const exits = Array.from({ length: workers }, async (_, i) => {
    const share = Math.floor(traces / workers) + (i < traces % workers ? 1 : 0);
    const worker = fork(script, [String(share), of, String(firstSeed + i * 1_000_000)]);
    worker.on('message', (message) => {
      done += Number(message);
      if (done - shown < 20 * SOAKS[of].chunk) return;
      shown = done;
      console.log(`${done.toLocaleString('en')} traces`);
    });
    const [code] = (await once(worker, 'exit')) as [number];
    if (code !== 0) process.exitCode = 1;
  });
  await Promise.all(exits);
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.log(`${done.toLocaleString('en')} traces ${SOAKS[of].proves}, in ${String(seconds)} s`);
  if (done !== traces) process.exitCode = 1;
}

/** Runs a share, chunk by chunk; a trace that looks different ends the process with its counterexample. */
function work(of: Kind, share: number, firstSeed: number): void {
  const { chunk, run } = SOAKS[of];
  for (let done = 0; done < share; done += chunk) {
    const count = Math.min(chunk, share - done);
    run(count, firstSeed + done);
    process.send?.(count);
  }
}
