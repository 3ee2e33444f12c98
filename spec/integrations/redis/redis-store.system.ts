import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstValueFrom, from } from 'rxjs';
import type { MemberReport } from '../../../lib/fleet/index.ts';
import { redisStore } from '../../../lib/integrations/redis/index.ts';
import { describeConformance } from '../../fleet/conformance.ts';
import { CLIENTS, type TestClient } from './clients.ts';
import { RedisServer } from './redis-server.ts';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(() => server.stop());

for (const [client, open] of Object.entries(CLIENTS)) {
  describeConformance(`Redis by ${client}`, () => {
    server.cli('FLUSHALL');
    const clients: TestClient[] = [];
    return {
      open: (namespace) => {
        const opened = open(server.port, { namespace });
        clients.push(opened);
        return opened.store;
      },
      close: () => {
        for (const { close } of clients) close();
      },
      hasMessages: client !== 'an object with send()',
    };
  });
}

describe('redisStore', () => {
  const KEY = 'fluxgate:1:{test:stock}';
  const REPORT: MemberReport = {
    id: 'a',
    epoch: 0,
    open: true,
    successes: 1,
    failures: 1,
    deadline: undefined,
    lifetime: 10_000,
    window: 60_000,
  };

  const withClient = async (work: (client: TestClient) => Promise<void>, keep?: number): Promise<void> => {
    server.cli('FLUSHALL');
    const client = CLIENTS['redis']!(server.port, keep === undefined ? {} : { keep });
    try {
      await work(client);
    } finally {
      client.close();
    }
  };
  const sync = ({ store }: TestClient, report: Partial<MemberReport> = {}) =>
    firstValueFrom(from(store.sync('stock', { ...REPORT, ...report })));

  it('should load the script again after Redis has forgotten it', () =>
    withClient(async (client) => {
      await sync(client);
      server.cli('SCRIPT', 'FLUSH');
      await expect(sync(client)).resolves.toMatchObject({ members: 1 });
    }));

  it('should keep every key for `keep`, counted from the last report', () =>
    withClient(async (client) => {
      await sync(client);
      for (const key of [KEY, `${KEY}:members`, `${KEY}:open`]) {
        const ttl = Number(server.cli('PTTL', key));
        expect(ttl > 0 && ttl <= 5_000, key).toBe(true);
        server.cli('PEXPIRE', key, '1000000');
      }
      await sync(client);
      for (const key of [KEY, `${KEY}:members`, `${KEY}:open`]) {
        expect(Number(server.cli('PTTL', key)) <= 5_000, key).toBe(true);
      }
    }, 5_000));

  it('should keep no more than ten slots', () =>
    withClient(async (client) => {
      for (let i = 0; i < 40; i++) {
        await sync(client, { window: 50 });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(Number(server.cli('HLEN', KEY)) <= 20).toBe(true);
    }));

  it.each(['epoch', 'rev', 's<now>', 'f<now>'])(
    'should return an error if %s is garbage, and repair nothing',
    (field) =>
      withClient(async (client) => {
        const { now } = await sync(client);
        const slot = Math.floor((now * 10) / 60_000);
        const fields = [slot, slot + 1].map((s) => field.replace('<now>', String(s)));
        for (const name of fields) server.cli('HSET', KEY, name, 'garbage');
        await expect(sync(client)).rejects.toThrow();
        for (const name of fields) expect(server.cli('HGET', KEY, name)).toBe('garbage');
      }),
  );

  it.each(['', ':members', ':open'])('should return an error if the key%s is of another type', (suffix) =>
    withClient(async (client) => {
      server.cli('SET', `${KEY}${suffix}`, 'x');
      await expect(sync(client)).rejects.toThrow('WRONGTYPE');
    }),
  );

  it('should have one command a circuit outstanding, however often it is asked', () =>
    withClient(async (client) => {
      await sync(client);
      server.freeze();
      try {
        const first = sync(client);
        await expect(sync(client)).rejects.toThrow('has not been answered');
        server.thaw();
        await expect(first).resolves.toMatchObject({ members: 1 });
        await expect(sync(client)).resolves.toMatchObject({ members: 1 });
      } finally {
        server.thaw();
      }
    }));

  it('should need no more than the ACL of the page permits', async () => {
    const page = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8');
    const [, line = ''] = /^ACL SETUSER fleet (on >secret [^`]*)```/m.exec(page) ?? [];
    expect(server.cli('ACL', 'SETUSER', 'fleet', 'reset', ...line.split(/\s+/).filter(Boolean))).toBe('OK');
    const { port } = server;
    const clients = [
      createClient({ url: `redis://fleet:secret@127.0.0.1:${String(port)}` }),
      new Redis(port, { username: 'fleet', password: 'secret' }),
    ];
    for (const client of clients) {
      client.on('error', () => undefined);
      if (!(client instanceof Redis)) await client.connect();
      const store = redisStore(client, { namespace: 'acl' });
      await firstValueFrom(from(store.sync('stock', REPORT)));
      const changed = firstValueFrom(store.changes$);
      let epoch = 0;
      let emitted = false;
      void changed.then(() => (emitted = true));
      while (!emitted) {
        const { now, revision } = await firstValueFrom(from(store.sync('stock', REPORT)));
        epoch++;
        const replacement = { revision, epoch, record: `record ${String(epoch)}` };
        await firstValueFrom(from(store.sync('stock', { ...REPORT, epoch, deadline: now + 60_000 }, replacement)));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      store.dispose();
      if (client instanceof Redis) client.disconnect();
      else client.destroy();
    }
  });
});
