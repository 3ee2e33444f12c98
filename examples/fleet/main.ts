// Five processes and one outage: `npm run fleet`. Each process calls a backend by a breaker that is alone, and by one in
// a fleet; at the end stands what the backend saw of each. It takes a Redis of its own if redis-server is installed, the
// one of REDIS_URL if given, or else the memory of this process. Ends by itself; exits with 1 if the fleet spared nothing.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Backend } from './backend.ts';
import { Engine } from './engine.ts';
import { ParentStore } from './parent-store.ts';
import { DURATION, OUTAGE, PODS, type Order, type Report } from './script.ts';

const backend = new Backend();
const engine = await Engine.start();
const parent = new ParentStore();
const opened: Record<'alone' | 'fleet', number[]> = { alone: [], fleet: [] };
const probes = { alone: 0, fleet: 0 };
let failedAt = 0;

console.log(
  `${String(PODS)} processes, ten calls a second each; the fleet lives in ${engine?.url ?? 'this process (no redis-server found)'}`,
);
const pods = Array.from({ length: PODS }, (_, i) => startPod(`pod-${String(i + 1)}`));

try {
  await Promise.all(pods.map((pod) => ready(pod)));
  const url = await backend.listen();
  backend.start();
  for (const pod of pods) pod.send({ type: 'start', url } satisfies Order);
  await sleep(OUTAGE.from);
  backend.failing = true;
  failedAt = Date.now();
  await sleep(OUTAGE.to - OUTAGE.from);
  backend.failing = false;
  await sleep(DURATION - OUTAGE.to);
  show();
  if (backend.failures('fleet') >= backend.failures('alone')) throw new Error('The fleet spared the backend nothing.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const pod of pods) if (pod.connected) pod.send({ type: 'stop' } satisfies Order);
  for (const pod of pods) if (pod.exitCode === null) await once(pod, 'exit');
  backend.close();
  engine?.stop();
}

function startPod(id: string): ChildProcess {
  const file = fileURLToPath(new URL('pod.ts', import.meta.url));
  const pod = fork(file, [id, engine?.url ?? ''], { execArgv: ['--import', 'tsx'] });
  if (!engine) parent.serve(pod);
  pod.on('message', (report: Report) => {
    if (report.type === 'ready') return;
    const door = report.fleet ? 'fleet' : 'alone';
    if (report.type === 'opened') opened[door].push(Date.now() - failedAt);
    if (report.type === 'probe') probes[door]++;
  });
  return pod;
}

function ready(pod: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    pod.on('message', ({ type }: Report) => {
      if (type === 'ready') resolve();
    });
  });
}

/** Requests that failed, second by second, and in all. */
function show(): void {
  console.log('\nRequests that met a failing backend:\n\n second  alone                     in a fleet');
  const last = Math.floor(DURATION / 1_000);
  for (let second = Math.floor(OUTAGE.from / 1_000); second < last; second++) {
    const [alone, fleet] = (['alone', 'fleet'] as const).map((door) => backend.seen[door].get(second)?.failed ?? 0);
    if (alone || fleet) console.log(`${String(second).padStart(7)}  ${bar(alone)}  ${bar(fleet)}`);
  }
  const [alone, fleet] = [backend.failures('alone'), backend.failures('fleet')];
  console.log(`\n    all  ${String(alone).padEnd(24)}  ${String(fleet)}`);
  console.log(` probes  ${String(probes.alone).padEnd(24)}  ${String(probes.fleet)}`);
  const [slowAlone, slowFleet] = [Math.max(...opened.alone), Math.max(...opened.fleet)].map((ms) => `${String(ms)} ms`);
  console.log(`\nAll were open after ${slowAlone ?? ''} alone, and after ${slowFleet ?? ''} in a fleet.`);
}

function bar(count = 0): string {
  const width = Math.min(18, count);
  return `${'█'.repeat(width)} ${count ? String(count) : '·'}`.padEnd(24);
}
