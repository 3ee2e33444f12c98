import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { firstValueFrom, from } from 'rxjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MemberReport, Replacement } from '../../../lib/fleet/index.ts';
import { natsStore } from '../../../lib/integrations/nats/index.ts';
import { toKey } from '../../../lib/integrations/nats/keys.ts';
import { describeConformance } from '../../fleet/conformance.ts';
import { BUCKET, CLIENTS, type TestClient } from './clients.ts';
import { NatsServer } from './nats-server.ts';

const REPORT: MemberReport = {
  id: 'a',
  epoch: 0,
  open: true,
  successes: 1,
  failures: 1,
  deadline: undefined,
  lifetime: 60_000,
  window: 60_000,
};
let server: NatsServer;

beforeAll(async () => {
  server = await NatsServer.start();
});

afterAll(() => server.stop());

for (const [client, open] of Object.entries(CLIENTS)) {
  describeConformance(`NATS by ${client}`, () => {
    const clients: TestClient[] = [];
    const namespace = `${client} ${String(Math.random())}`;
    return {
      open: (name) => {
        const opened = open(server.port, `${namespace} ${name}`);
        clients.push(opened);
        return opened.store;
      },
      close: async () => {
        await Promise.all(clients.map((opened) => opened.close()));
      },
      hasMessages: true,
    };
  });
}

describe('a user with the permissions of the page', () => {
  it('should need no more to report, to write and to hear what others write', async () => {
    const page = readFileSync(new URL('../../../docs/fleet.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
    const [, publish = '', subscribe = ''] = /needs to publish to (.*?), and to subscribe to (`.*?`);/.exec(page) ?? [];
    const quoted = (text: string): string =>
      JSON.stringify([...text.matchAll(/`(.*?)`/g)].map(([, subject]) => subject));
    const folder = mkdtempSync(join(tmpdir(), 'fluxgate-nats-'));
    const config = join(folder, 'server.conf');
    const permissions = `{ publish: ${quoted(publish)}, subscribe: ${quoted(subscribe)} }`;
    writeFileSync(config, `authorization { users = [{ user: u, password: p, permissions: ${permissions} }] }`);
    const guarded = await NatsServer.start('--config', config);
    const connection = await connect({ servers: `127.0.0.1:${String(guarded.port)}`, user: 'u', pass: 'p' });
    const open = () => new Kvm(connection).create(BUCKET);
    const [one, other] = [natsStore(open, { namespace: 'acl' }), natsStore(open, { namespace: 'acl' })];
    try {
      const emitted: unknown[] = [];
      other.changes$.subscribe((change) => emitted.push(change));
      await firstValueFrom(from(other.sync('stock', { ...REPORT, id: 'b' })));
      while (emitted.length === 0) {
        const { now, revision } = await firstValueFrom(from(one.sync('stock', REPORT)));
        const report = { ...REPORT, deadline: now + 60_000 };
        await firstValueFrom(from(one.sync('stock', report, { revision, epoch: 0, record: `record ${revision}` })));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    } finally {
      one.dispose();
      other.dispose();
      await connection.close();
      await guarded.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('natsStore', () => {
  let client: TestClient;
  let namespace = 0;

  beforeEach(() => {
    client = CLIENTS['@nats-io/kv']!(server.port, `own ${String(namespace++)}`);
  });

  afterEach(() => client.close());

  const sync = (report: Partial<MemberReport> = {}, replacement?: Replacement) =>
    firstValueFrom(from(client.store.sync('stock', { ...REPORT, ...report }, replacement)));

  it('should refuse a replacement that the server gets after its deadline, by the clock of the server', async () => {
    const { now, revision } = await sync();
    server.freeze();
    const late = sync({ deadline: now + 100 }, { revision, epoch: 1, record: 'late' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.thaw();
    await expect(late).resolves.toMatchObject({ replaced: false, record: undefined });
    await expect(sync()).resolves.toMatchObject({ record: undefined });
  });

  it('should have one report a circuit outstanding, however often it is asked', async () => {
    await sync();
    server.freeze();
    try {
      const first = sync();
      await expect(sync()).rejects.toThrow('has not been answered');
      server.thaw();
      await expect(first).resolves.toMatchObject({ members: 1 });
      await expect(sync()).resolves.toMatchObject({ members: 1 });
    } finally {
      server.thaw();
    }
  });

  it('should return an error for garbage, and repair nothing', async () => {
    await sync();
    const connection = await connect({ servers: `127.0.0.1:${String(server.port)}` });
    const bucket = await new Kvm(connection).open(BUCKET);
    const key = toKey(`own ${String(namespace - 1)}`, 'stock');
    for (const garbage of ['', 'x', '{}', '[]', '[[0,0,null,[],[],[]],{},null,0]', '[[0,0,1,[],[],[]],null,null,0]']) {
      await bucket.put(key, garbage);
      await expect(sync()).rejects.toThrow();
      expect((await bucket.get(key))?.string()).toBe(garbage);
    }
    await bucket.delete(key);
    await expect(sync()).resolves.toMatchObject({ members: 1, revision: '0' });
    await connection.close();
  });
});
