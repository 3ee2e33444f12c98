import { config, firstValueFrom, from, lastValueFrom } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { joinFleet, type MemberReport } from '../../../lib/fleet/index.ts';
import { CircuitBreaker } from '../../../lib/index.ts';
import { redisStore } from '../../../lib/integrations/redis/index.ts';

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
const ANSWER = [1_764_345_600_000, '17', 'record', 3, 1, 5, 2, 1];

const ask = (send: (args: string[]) => PromiseLike<unknown>) =>
  firstValueFrom(from(redisStore({ send }, { namespace: 'test' }).sync('stock', REPORT)));

describe('redisStore', () => {
  it.each([[{}], [undefined], [null], ['redis://localhost']])('should refuse %o as a client', (client) => {
    expect(() => redisStore(client as never, { namespace: 'test' })).toThrow(/^redisStore: client must be/);
  });

  it.each([
    [undefined, /^redisStore: options must be/],
    [{}, /^redisStore: namespace must be/],
    [{ namespace: '' }, /^redisStore: namespace must be/],
    [{ namespace: 'x', keep: 0 }, /^redisStore: keep must be/],
    [{ namespace: 'x', ttl: 1 }, /^redisStore got an unknown option "ttl"/],
  ])('should refuse the options %o', (options, message) => {
    expect(() => redisStore({ send: () => Promise.resolve() }, options as never)).toThrow(message);
  });

  it.each([
    ['numbers', ANSWER],
    ['texts, of a client that returns no numbers', ANSWER.map(String)],
    ['bigints', ANSWER.map((value) => (typeof value === 'number' ? BigInt(value) : value))],
  ])('should read %s', async (_, answer) => {
    expect(await ask(() => Promise.resolve(answer))).toStrictEqual({
      now: 1_764_345_600_000,
      revision: '17',
      record: 'record',
      members: 3,
      open: 1,
      successes: 5,
      failures: 2,
      replaced: true,
    });
  });

  it.each([
    ['a record that is no text', 2, Buffer.from('record')],
    ['null for a number', 0, null],
    ['an empty text for a number', 3, ''],
    ['an array for a number', 4, []],
  ])('should leave %s to the member, which is not linked then', async (_, index, value) => {
    const onUnhandledError = vi.fn();
    config.onUnhandledError = onUnhandledError;
    const send = () => Promise.resolve(ANSWER.map((known, i) => (i === index ? value : known)));
    const store = redisStore({ send }, { namespace: 'test' });
    const fleet = joinFleet(new CircuitBreaker({ name: 'stock' }), { store });
    const [status] = await lastValueFrom(fleet.sync());
    fleet.unsubscribe();
    config.onUnhandledError = null;
    expect(status).toMatchObject({ linked: false, error: expect.any(TypeError) as unknown });
    expect(onUnhandledError).toHaveBeenCalledTimes(1);
  });

  it('should take one question of each member at a time', async () => {
    const store = redisStore({ send: () => Promise.resolve(ANSWER) }, { namespace: 'test' });
    const first = firstValueFrom(from(store.sync('stock', REPORT)));
    await expect(firstValueFrom(from(store.sync('stock', REPORT)))).rejects.toThrow('the last command');
    await expect(firstValueFrom(from(store.sync('stock', { ...REPORT, id: 'b' })))).resolves.toBeDefined();
    await first;
  });

  it('should send EVAL only after NOSCRIPT, with the first key at the place where a Cluster looks for it', async () => {
    const sent: string[][] = [];
    await ask((args) => {
      sent.push(args);
      return args[0] === 'EVAL' ? Promise.resolve(ANSWER) : Promise.reject(new Error('NOSCRIPT No matching script.'));
    });
    expect(sent.map(([command]) => command)).toStrictEqual(['EVALSHA', 'EVAL']);
    expect(sent.map((args) => args[3])).toStrictEqual(['fluxgate:1:{test:stock}', 'fluxgate:1:{test:stock}']);
    await expect(ask(() => Promise.reject(new Error('READONLY')))).rejects.toThrow('READONLY');
  });

  it('should emit the messages of the circuits that it has reported, and nothing else', async () => {
    let listener: (message: string) => void = () => undefined;
    const store = redisStore(
      {
        send: () => Promise.resolve(ANSWER),
        subscribe: (channel, given) => {
          expect(channel).toBe('fluxgate:1:{test}');
          listener = given;
        },
      },
      { namespace: 'test' },
    );
    const emitted: unknown[] = [];
    let completed = false;
    store.changes$.subscribe({ next: (change) => emitted.push(change), complete: () => (completed = true) });
    listener('18 1000 a%20b {"x": 1}');
    await firstValueFrom(from(store.sync('a b', REPORT)));
    for (const message of ['', 'x', '18 1000', '18 x a%20b r', '19 1000 other r', '18 1000 a%20b {"x": 1}'])
      listener(message);
    expect(emitted).toStrictEqual([{ circuit: 'a b', now: 1_000, revision: '18', record: '{"x": 1}' }]);
    store.dispose();
    expect(completed).toBe(true);
  });
});
