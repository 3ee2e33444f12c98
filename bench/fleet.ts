// What a fleet costs its Redis: CPU of the server for a report, with fleets of 20, 1,000 and 10,000 members, and for a
// record that is published. Processor time of Redis, so that other load of the machine hardly matters.
// `npm run bench:fleet`; needs redis-server.
import { firstValueFrom, from } from 'rxjs';
import { Redis } from 'ioredis';
import type { FleetStore, MemberReport } from '../lib/fleet/index.ts';
import { redisStore } from '../lib/integrations/redis/index.ts';
import { RedisServer } from '../spec/integrations/redis/redis-server.ts';

const REPORTS = 4_000;

const REPORT: MemberReport = {
  id: 'member-0',
  epoch: 0,
  open: false,
  successes: 9,
  failures: 1,
  deadline: undefined,
  lifetime: 600_000,
  window: 0,
};

const server = await RedisServer.start();
const client = new Redis(server.port);

try {
  console.log('members  with counts  without  with a record, one subscriber  memory');
  for (const members of [20, 1_000, 10_000]) {
    await client.flushall();
    const store = redisStore(client, { namespace: 'bench' });
    await report(store, members, members, 10_000);
    const counted = await cost(() => report(store, members, REPORTS, 10_000));
    const bare = await cost(() => report(store, members, REPORTS, 0));
    const subscription = store.changes$.subscribe();
    const written = await cost(() => write(store, REPORTS / 4), REPORTS / 2);
    subscription.unsubscribe();
    const bytes = Number(await client.memory('USAGE', 'fluxgate:1:{bench:stock}:members'));
    console.log(
      `${String(members).padStart(7)}  ${us(counted).padStart(11)}  ${us(bare).padStart(7)}  ` +
        `${us(written).padStart(29)}  ${String(Math.round(bytes / 1_024))} KiB`,
    );
  }
} finally {
  client.disconnect();
  await server.stop();
}

/** Reports of one member after the other. */
async function report(store: FleetStore, members: number, count: number, window: number): Promise<void> {
  for (let i = 0; i < count; i++) await sync(store, { id: `member-${String(i % members)}`, window });
}

/** Reads, then replaces the record. */
async function write(store: FleetStore, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { now, revision } = await sync(store, {});
    const record = JSON.stringify({ epoch: 0, detail: 'x'.repeat(100), i });
    const report = { ...REPORT, deadline: now + 60_000 };
    await firstValueFrom(from(store.sync('stock', report, { revision, epoch: 0, record })));
  }
}

function sync(store: FleetStore, given: Partial<MemberReport>) {
  return firstValueFrom(from(store.sync('stock', { ...REPORT, ...given })));
}

/** Processor time of Redis for one of `count`, in µs. */
async function cost(work: () => Promise<void>, count = REPORTS): Promise<number> {
  const before = await cpu();
  await work();
  return ((await cpu()) - before) / count;
}

async function cpu(): Promise<number> {
  const info = await client.info('cpu');
  const seconds = ['used_cpu_user_main_thread', 'used_cpu_sys_main_thread'].map((name) =>
    Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]),
  );
  return seconds.reduce((sum, value) => sum + value, 0) * 1e6;
}

function us(value: number): string {
  return `${value.toFixed(0)} µs`;
}
