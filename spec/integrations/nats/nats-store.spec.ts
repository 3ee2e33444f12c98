import { firstValueFrom, from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { FleetStore, MemberReport, RecordChange, Replacement } from '../../../lib/fleet/index.ts';
import { natsStore, type NatsBucket } from '../../../lib/integrations/nats/index.ts';
import { toKey, toRecordKey } from '../../../lib/integrations/nats/keys.ts';
import { FakeBucket } from './fake-bucket.ts';

const REPORT: MemberReport = {
  id: 'a',
  epoch: 0,
  open: false,
  successes: 0,
  failures: 0,
  deadline: undefined,
  lifetime: 3_000,
  window: 0,
};
const OPTIONS = { namespace: 'test' };

const sync = (store: FleetStore, report: Partial<MemberReport> = {}, replacement?: Replacement) =>
  firstValueFrom(from(store.sync('stock', { ...REPORT, ...report }, replacement)));

/** Lets pending promises run. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('natsStore', () => {
  it.each([[{}], [undefined], [null], ['nats://localhost']])('should refuse %o as a bucket', (bucket) => {
    expect(() => natsStore(bucket as never, OPTIONS)).toThrow(/^natsStore: bucket must be/);
  });

  it.each([
    [undefined, /^natsStore: options must be/],
    [{}, /^natsStore: namespace must be/],
    [{ namespace: '' }, /^natsStore: namespace must be/],
    [{ namespace: 'x', ttl: 1 }, /^natsStore got an unknown option "ttl"/],
  ])('should refuse the options %o', (options, message) => {
    expect(() => natsStore(new FakeBucket(), options as never)).toThrow(message);
  });

  it('should open the bucket at the first report, once', async () => {
    let opened = 0;
    const bucket = new FakeBucket();
    const store = natsStore(() => {
      opened++;
      return Promise.resolve(bucket);
    }, OPTIONS);
    expect(opened).toBe(0);
    const other = firstValueFrom(from(store.sync('other', REPORT)));
    await Promise.all([sync(store), other, sync(natsStore(bucket, OPTIONS))]);
    await sync(store);
    expect(opened).toBe(1);
  });

  it('should open it again after it could not be opened, or has failed', async () => {
    const outcomes: (() => unknown)[] = [
      () => Promise.reject(new Error('no responders')),
      () => {
        throw new Error('closed');
      },
      () => ({}),
    ];
    const bucket = new FakeBucket();
    let opened = 0;
    const store = natsStore(() => (outcomes[opened++]?.() ?? bucket) as NatsBucket, OPTIONS);
    await expect(sync(store)).rejects.toThrow('no responders');
    await expect(sync(store)).rejects.toThrow('closed');
    await expect(sync(store)).rejects.toThrow(/what it returns must be a bucket/);
    await expect(sync(store)).resolves.toMatchObject({ members: 1 });
    bucket.error = new Error('stream not found');
    await expect(sync(store)).rejects.toThrow('stream not found');
    bucket.error = undefined;
    await expect(sync(store)).resolves.toMatchObject({ members: 1 });
    expect(opened).toBe(5);
  });

  it('should not open it again, nor watch again, because one circuit holds garbage', async () => {
    const bucket = new FakeBucket();
    let opened = 0;
    const store = natsStore(() => {
      opened++;
      return bucket;
    }, OPTIONS);
    store.changes$.subscribe();
    for (const garbage of ['garbage', '[1]', '{}']) {
      await bucket.put(toKey('test', 'stock'), garbage);
      await expect(sync(store)).rejects.toThrow(`${toKey('test', 'stock')}: `);
      await firstValueFrom(from(store.sync('other', REPORT)));
    }
    await settle();
    expect([opened, bucket.watches, bucket.watched]).toStrictEqual([1, 1, 1]);
  });

  it('should take one report of each member at a time', async () => {
    const store = natsStore(new FakeBucket(), OPTIONS);
    const first = sync(store);
    await expect(sync(store)).rejects.toThrow('the last report has not been answered');
    await expect(sync(store, { id: 'b' })).resolves.toBeDefined();
    await first;
  });

  it('should write again after a conflict', async () => {
    const bucket = new FakeBucket();
    const stores = Array.from({ length: 10 }, () => natsStore(bucket, OPTIONS));
    await Promise.all(stores.map((store, i) => sync(store, { id: String(i) })));
    expect(bucket.conflicts).toBeGreaterThan(0);
    await expect(sync(stores[0]!, { id: '0' })).resolves.toMatchObject({ members: 10 });
  });

  it('should look again if a replica does not hold the write yet', async () => {
    const bucket = new FakeBucket();
    const store = natsStore(bucket, OPTIONS);
    await sync(store);
    await sync(store, { id: 'b' });
    const reads = bucket.get.bind(bucket);
    let count = 0;
    bucket.get = (key) => {
      // The first read is of what is there, the second of what was written.
      if (++count === 2) bucket.staleReads = 2;
      return reads(key);
    };
    await expect(sync(store, { id: 'c' })).resolves.toMatchObject({ members: 3 });
    expect(count).toBe(4);
  });

  it('should take the time of the server at the write, and judge the deadline by it', async () => {
    const bucket = new FakeBucket();
    const store = natsStore(bucket, OPTIONS);
    await expect(sync(store)).resolves.toMatchObject({ now: 1_000, revision: '0' });
    const replacement = { revision: '0', epoch: 1, record: 'r' };
    bucket.now = 2_000;
    await expect(sync(store, { deadline: 2_000 }, replacement)).resolves.toMatchObject({ replaced: false });
    await expect(sync(store, { deadline: 2_001 }, replacement)).resolves.toMatchObject({
      replaced: true,
      revision: '2000',
    });
  });

  it('should report a replacement as taken also if another has reported since', async () => {
    const bucket = new FakeBucket();
    const [one, other] = [natsStore(bucket, OPTIONS), natsStore(bucket, OPTIONS)];
    const update = bucket.create.bind(bucket);
    bucket.create = async (key, data) => {
      const revision = await update(key, data);
      await sync(other, { id: 'b' });
      return revision;
    };
    const replacement = { revision: '0', epoch: 1, record: 'r' };
    await expect(sync(one, { deadline: 2_000 }, replacement)).resolves.toMatchObject({ replaced: true, members: 2 });
  });

  it('should publish only records, and emit those of the circuits that it has reported', async () => {
    const bucket = new FakeBucket();
    const [one, other] = [natsStore(bucket, OPTIONS), natsStore(bucket, OPTIONS)];
    const emitted: RecordChange[] = [];
    other.changes$.subscribe((change) => emitted.push(change));
    await sync(other);
    await settle();
    await sync(one, { deadline: 2_000 }, { revision: '0', epoch: 1, record: 'r' });
    await sync(one);
    for (const garbage of ['', 'x', '{}', '[1]', '[1,2,3]', '["1","2","3"]']) {
      await bucket.put(toRecordKey('test', 'stock'), garbage);
    }
    await bucket.put(toRecordKey('test', 'stock'), '', 'DEL');
    await bucket.put(toRecordKey('test', 'unknown'), '[1,"2","r"]');
    await settle();
    expect(emitted).toStrictEqual([{ circuit: 'stock', now: 1_000, revision: '1000', record: 'r' }]);
    expect(bucket.puts.filter((key) => key === toKey('test', 'stock'))).toHaveLength(3);
  });

  it('should watch again with the next report after a watch has ended, and stop when disposed', async () => {
    const bucket = new FakeBucket();
    const store = natsStore(bucket, OPTIONS);
    let completed = false;
    store.changes$.subscribe({ complete: () => (completed = true) });
    await sync(store);
    await settle();
    expect(bucket.watches).toBe(1);
    bucket.endWatches();
    await settle();
    await sync(store);
    await settle();
    expect([bucket.watches, bucket.watched]).toStrictEqual([2, 1]);
    store[Symbol.dispose]();
    await settle();
    expect([completed, bucket.watched]).toStrictEqual([true, 0]);
  });
});

describe('the keys in a bucket', () => {
  it('should be those of the page, of the alphabet of keys', () => {
    expect(toKey('shop/eu-west-1', 'payments')).toBe('fluxgate.1.shop=2Feu-west-1.payments');
    for (const name of [
      '',
      '.',
      'a.b',
      '*',
      '>',
      "!'()~",
      ' ',
      '\ud800',
      'ä',
      '=',
      '%',
      '__proto__',
      'x'.repeat(9_000),
    ]) {
      expect(toKey('test', name)).toMatch(/^fluxgate\.1\.test\.[-=\w]+$/);
    }
  });

  it('should never be the same for two names', () => {
    const names = [
      '',
      '=',
      '%',
      '=3D',
      '%3D',
      '.',
      '=2E',
      'a.b',
      'a=2Eb',
      `${'x'.repeat(999)}1`,
      `${'x'.repeat(999)}2`,
    ];
    expect(new Set(names.map((name) => toKey('test', name))).size).toBe(names.length);
  });
});
