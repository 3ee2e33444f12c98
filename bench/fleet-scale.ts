// A thousand members on one Redis, as they are in production: what their reports and messages cost Redis and this process,
// by how many members there are. `npm run bench:fleet-scale [members …]`; needs redis-server.
//
// Members share a few connections, so that one process can hold them; each has a breaker, a period and a vote of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { config, lastValueFrom, of, throwError } from 'rxjs';
import { joinFleet, openMembers } from '../lib/fleet/index.ts';
import {
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  probes,
} from '../lib/index.ts';
import { redisStore } from '../lib/integrations/redis/index.ts';
import { RedisServer } from '../spec/integrations/redis/redis-server.ts';
import { toLoad } from './fleet-load.ts';

// A process that holds a thousand members is late now and then, which is no fault of Redis.
config.onUnhandledError = () => undefined;

const EVERY = 2_000;
const PATIENCE = 8_000;
const SECONDS = 10;
const CONNECTIONS = 10;

const sizes = process.argv.slice(2).map(Number);
console.log('members  reports/s  µs/report  Redis core  planned  memory of Redis  an outage: messages/s');
for (const members of sizes.length > 0 ? sizes : [20, 200, 1_000]) console.log(await measure(members));

async function measure(members: number): Promise<string> {
  const server = await RedisServer.start();
  const admin = new Redis(server.port);
  const idle = await measureIdle(admin);
  const clients = Array.from({ length: CONNECTIONS }, () => new Redis(server.port));
  // One subscription stands for all, and each message is delivered to every member.
  const messages = new Redis(server.port);
  const listeners = new Set<(message: string) => void>();
  await messages.subscribe('fluxgate:1:{scale}');
  messages.on('message', (_, message) => listeners.forEach((listener) => listener(message)));
  const pods = Array.from({ length: members }, (_, i) =>
    join(clients[i % CONNECTIONS]!, listeners, `pod-${String(i)}`),
  );
  try {
    while (pods.some(({ fleet }) => fleet.status()[0]!.members < members)) {
      await Promise.all(pods.slice(0, 20).map(({ fleet }) => lastValueFrom(fleet.sync())));
      await sleep(100);
    }
    // Steady traffic: each has something to report in each period.
    const traffic = setInterval(() => pods.forEach(({ breaker }) => call(breaker, true)), EVERY / 2);
    const before = await read(admin);
    await sleep(SECONDS * 1_000);
    const after = await read(admin);
    clearInterval(traffic);
    const reports = (after.evals - before.evals) / SECONDS;
    const core = (after.cpu - before.cpu) / SECONDS / 1e6;
    // An outage of all: votes, one record, the lease, the verdict.
    const calls = setInterval(() => pods.forEach(({ breaker }) => call(breaker, false)), 200);
    const published = await read(admin);
    await sleep(SECONDS * 1_000);
    clearInterval(calls);
    const told = ((await read(admin)).publishes - published.publishes) / SECONDS;
    const open = pods.filter(({ breaker }) => breaker.state !== 'closed').length;
    if (open < members) throw new Error(`${String(open)} of ${String(members)} opened`);
    return [
      String(members).padStart(7),
      reports.toFixed(0).padStart(9),
      ((after.cpu - before.cpu - idle * SECONDS) / (after.evals - before.evals)).toFixed(0).padStart(9),
      `${(core * 100).toFixed(1)} %`.padStart(10),
      `${(toLoad({ members, circuits: 1, every: EVERY }).core * 100).toFixed(1)} %`.padStart(7),
      `${((after.memory - before.start) / 1_024).toFixed(0)} KiB`.padStart(15),
      (told * members).toFixed(0).padStart(21),
    ].join('  ');
  } finally {
    for (const { fleet, breaker } of pods) {
      fleet.unsubscribe();
      breaker.dispose();
    }
    for (const client of [...clients, admin, messages]) client.disconnect();
    await server.stop();
  }
}

function join(client: Redis, listeners: Set<(message: string) => void>, id: string) {
  const send = ([name = '', ...args]: string[]): Promise<unknown> => client.call(name, ...args);
  const subscribe = (_: string, listener: (message: string) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const store = redisStore({ send, subscribe }, { namespace: 'scale' });
  const breaker = new CircuitBreaker({
    name: 'stock',
    tripper: failureStreak(5),
    retry: cooldown(3_000),
    recovery: probes(2),
  });
  const tripper = openMembers(0.5).or(failureRate(0.5).and(minRequests(1_000_000)));
  return { breaker, fleet: joinFleet(breaker, { store, id, tripper, every: EVERY, patience: PATIENCE }) };
}

function call(breaker: CircuitBreaker, well: boolean): void {
  const source$ = well ? of(1) : throwError(() => new Error('down'));
  source$.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
}

/** Processor time of a Redis that does nothing, in µs a second. */
async function measureIdle(client: Redis): Promise<number> {
  const before = await read(client);
  await sleep(3_000);
  return ((await read(client)).cpu - before.cpu) / 3;
}

/** Processor time of the main thread in µs, commands so far, memory in bytes. */
async function read(client: Redis) {
  const info = await client.info('everything');
  const field = (pattern: string): number => Number(new RegExp(`${pattern}([\\d.]+)`).exec(info)?.[1] ?? 0);
  const cpu = (field('used_cpu_user_main_thread:') + field('used_cpu_sys_main_thread:')) * 1e6;
  return {
    cpu,
    evals: field('cmdstat_evalsha:calls='),
    publishes: field('cmdstat_publish:calls='),
    memory: field('used_memory:'),
    start: field('used_memory_startup:'),
  };
}
