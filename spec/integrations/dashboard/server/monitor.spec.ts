import { config } from 'rxjs';
import { CircuitBreaker, CircuitBreakerRegistry, cooldown, failureStreak, type Tripper } from 'rxjs-fluxgate';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Update } from '../../../../lib/integrations/dashboard/server/messages.ts';
import { Monitor } from '../../../../lib/integrations/dashboard/server/monitor.ts';
import { resolveOptions } from '../../../../lib/integrations/dashboard/server/options.ts';
import { CircuitList } from '../../../../lib/integrations/dashboard/server/circuit-list.ts';
import { ManualScheduler } from '../../../support/manual-scheduler.ts';

interface SetUp {
  watching?: boolean;
  history?: number;
  tripper?: Tripper;
  errorText?: (error: unknown) => string;
}

function setUp({ watching = true, history = 10_000, tripper = failureStreak(1), errorText }: SetUp = {}) {
  const scheduler = new ManualScheduler();
  const registry = new CircuitBreakerRegistry({ scheduler, tripper, retry: cooldown(5_000) });
  const updates: Update[] = [];
  const clients = { watching, send: (update: Update) => void updates.push(update) };
  const monitor = new Monitor(new CircuitList(registry), resolveOptions({ scheduler, history, errorText }), clients);
  const fail = (key: string): void => registry.get(key).admit().error(new Error('down'));
  return { scheduler, registry, updates, clients, monitor, fail };
}

describe('Monitor', () => {
  it('should send at each interval what has changed, and no more', () => {
    const { scheduler, registry, updates } = setUp();
    registry.get('stock');
    registry.get('mail');
    scheduler.pass(999);
    expect(updates).toStrictEqual([]);
    scheduler.pass(1);
    expect(updates).toMatchObject([
      {
        now: 1_000,
        rows: [{ key: 'stock' }, { key: 'mail' }],
        samples: [
          ['stock', [[1_000, 0, 0, 0, null, null, 'closed', null]]],
          ['mail', [[1_000, 0, 0, 0, null, null, 'closed', null]]],
        ],
      },
    ]);

    registry.get('mail').admit().complete();
    scheduler.pass(1_000);
    expect(updates[1]).toMatchObject({
      rows: [{ key: 'mail', calls: 1 }],
      samples: [['mail', [[2_000, 1, 0, 0, 0, 0, 'closed', 0]]]],
    });
    scheduler.pass(1_000);
    expect(updates[2]).toStrictEqual({ now: 3_000, rows: [], gone: [], samples: [], entries: [] });
  });

  it('should send signals within 100 ms, together', () => {
    const { scheduler, updates, fail } = setUp();
    fail('stock');
    scheduler.pass(30);
    fail('mail');
    scheduler.pass(69);
    expect(updates).toStrictEqual([]);
    scheduler.pass(1);
    expect(updates).toMatchObject([
      {
        now: 100,
        rows: [
          { key: 'stock', state: 'open', retryAt: 5_000 },
          { key: 'mail', state: 'open', retryAt: 5_030 },
        ],
        samples: [],
        entries: [
          { id: 1, key: 'stock', at: 0, from: 'closed', to: 'open' },
          { id: 2, key: 'mail', at: 30, from: 'closed', to: 'open' },
        ],
      },
    ]);
    scheduler.pass(100);
    expect(updates.length).toBe(1);
  });

  it('should send with a signal the circuit that it is of, and no other', () => {
    const { scheduler, registry, updates, fail } = setUp();
    fail('stock');
    scheduler.pass(100);
    expect(() => registry.get('stock').admit()).toThrow();
    fail('mail');
    scheduler.pass(100);
    expect(updates.map(({ rows }) => rows.map(({ key }) => key))).toStrictEqual([['stock'], ['mail']]);
  });

  it('should send a signal once that comes right before the interval ends', () => {
    const { scheduler, updates, fail } = setUp();
    scheduler.pass(950);
    fail('stock');
    scheduler.pass(550);
    expect(updates.map(({ now, entries }) => [now, entries.length])).toStrictEqual([[1_000, 1]]);
  });

  it('should see an open circuit go half-open on time', () => {
    const { scheduler, updates, fail } = setUp();
    fail('stock');
    scheduler.pass(5_100);
    expect(updates.at(-1)?.entries).toMatchObject([{ at: 5_000, from: 'open', to: 'half_open' }]);
  });

  it('should send which circuits have gone', () => {
    const { scheduler, registry, updates } = setUp();
    registry.get('stock');
    scheduler.pass(1_000);
    registry.delete('stock');
    scheduler.pass(1_000);
    expect(updates[1]).toMatchObject({ rows: [], gone: ['stock'] });
  });

  it('should send with what has gone what has come in its place, which must not vanish for the page', () => {
    const { scheduler, registry, updates, monitor, fail } = setUp();
    registry.get('stock');
    scheduler.pass(1_000);
    registry.delete('stock');
    registry.get('stock');
    fail('mail');
    monitor.everything();
    fail('stock');
    scheduler.pass(2_000);
    const living = new Set<string>();
    for (const { gone, rows } of updates) {
      for (const key of gone) living.delete(key);
      for (const { key } of rows) living.add(key);
    }
    expect(updates.flatMap(({ gone }) => gone)).toStrictEqual(['stock']);
    expect([...living].sort()).toStrictEqual(['mail', 'stock']);
  });

  it('should send a circuit that came in place of another before any of its signals', () => {
    const { scheduler, registry, updates, fail } = setUp();
    registry.get('stock');
    scheduler.pass(1_000);
    registry.delete('stock');
    registry.get('stock');
    fail('mail');
    scheduler.pass(100);
    expect(updates[1]).toMatchObject({ gone: ['stock'], rows: [{ key: 'mail' }, { key: 'stock' }] });
    expect(updates.length).toBe(2);
  });

  it('should not send a circuit that has gone since it signalled', () => {
    const { scheduler, registry, updates, fail } = setUp();
    registry.get('stock');
    scheduler.pass(1_000);
    fail('stock');
    registry.delete('stock');
    scheduler.pass(100);
    expect(updates[1]).toMatchObject({ gone: ['stock'], rows: [], entries: [{ key: 'stock', to: 'open' }] });
  });

  it('should take a detail that is no text, whatever the types say', () => {
    const tripper = Object.assign(failureStreak(1), { explain: () => 5n as unknown as string });
    const { scheduler, updates, monitor, fail } = setUp({ tripper });
    fail('stock');
    scheduler.pass(1_000);
    expect(updates[0]).toMatchObject({ rows: [{ detail: '5' }], entries: [{ detail: '5' }] });
    expect(monitor.everything()).toMatchObject({ rows: [{ detail: '5' }] });
  });

  it('should make a text of the last failure at the end of an interval, and hold the error no longer', () => {
    const errorText = vi.fn((error: unknown) => `\u001b[31m${String(error)}\n${'x'.repeat(1_000)}`);
    const { scheduler, updates, fail } = setUp({ errorText, tripper: failureStreak(5) });
    for (let i = 0; i < 3; i++) fail('stock');
    expect(errorText).not.toHaveBeenCalled();
    scheduler.pass(1_000);
    expect(errorText).toHaveBeenCalledExactlyOnceWith(new Error('down'));
    const text = updates[0]!.rows[0]!.lastError;
    expect(text).toMatch(/^\[31mError: down x+…$/);
    expect(text.length).toBeLessThanOrEqual(301);
    scheduler.pass(1_000);
    expect(errorText).toHaveBeenCalledOnce();
  });

  it('should report an errorText that throws, and go on', () => {
    const reported = vi.fn();
    config.onUnhandledError = reported;
    onTestFinished(() => void (config.onUnhandledError = null));
    const errorText = (): string => {
      throw new Error('no text');
    };
    const { scheduler, updates, fail } = setUp({ errorText });
    fail('stock');
    scheduler.pass(1_000);
    expect(reported).toHaveBeenCalledExactlyOnceWith(new Error('no text'));
    expect(updates[0]).toMatchObject({ rows: [{ key: 'stock', lastError: '' }] });
  });

  it('should send nothing without a watcher, and keep the past for those who come', () => {
    const { scheduler, updates, clients, monitor, fail } = setUp({ watching: false });
    fail('stock');
    scheduler.pass(1_000);
    expect(updates).toStrictEqual([]);
    const everything = monitor.everything();
    clients.watching = true;
    expect(everything).toMatchObject({
      now: 1_000,
      rows: [{ key: 'stock', state: 'open' }],
      samples: [['stock', [[1_000, 1, 1, 0, 0, 0, 'open', 0]]]],
      entries: [{ id: 1, key: 'stock', to: 'open' }],
    });
    scheduler.pass(1_000);
    expect(updates).toMatchObject([{ now: 2_000, entries: [] }]);
  });

  it('should send to all what it sends to a newcomer, so that changes alone are enough after it', () => {
    const { scheduler, registry, updates, monitor } = setUp();
    const stock = registry.get('stock');
    scheduler.pass(1_000);
    const call = stock.admit();
    // A newcomer sees a call in flight, which has been sent to no one else yet.
    expect(monitor.everything().rows).toMatchObject([{ inFlight: 1 }]);
    call.unsubscribe();
    scheduler.pass(1_000);
    expect(updates.slice(1).map(({ rows }) => rows)).toMatchObject([
      [{ key: 'stock', inFlight: 1 }],
      [{ key: 'stock', inFlight: 0 }],
    ]);
    // Nothing new, so nothing is sent again.
    monitor.everything();
    expect(updates.at(-1)?.rows).toStrictEqual([]);
  });

  it('should keep 200 entries and the samples of the history', () => {
    const { scheduler, registry, monitor, fail } = setUp({ history: 3_000 });
    for (let i = 0; i < 150; i++) {
      fail('stock');
      registry.get('stock').reset();
    }
    for (let second = 0; second < 20; second++) {
      registry.get('stock').admit().complete();
      scheduler.pass(1_000);
    }
    const { entries, samples } = monitor.everything();
    expect([entries.length, entries[0]?.id, entries.at(-1)?.id]).toStrictEqual([200, 101, 300]);
    expect(samples.map(([, kept]) => kept.map(([at]) => at))).toStrictEqual([[17_000, 18_000, 19_000, 20_000]]);
  });

  it('should send a newcomer fewer samples of each of many circuits, the latest, but of a minute at least', () => {
    const { scheduler, registry, monitor } = setUp({ history: 1_000_000 });
    const lengths = (): unknown[] =>
      monitor.everything().samples.map(([, samples]) => [samples.length, samples.at(-1)?.[0]]);
    registry.get('busy');
    for (let second = 0; second < 200; second++) {
      registry.get('busy').admit().complete();
      scheduler.pass(1_000);
    }
    expect(lengths()).toStrictEqual([[200, 200_000]]);
    for (let i = 1; i < 300; i++) registry.get(String(i));
    expect(lengths()[0]).toStrictEqual([100, 200_000]);
    for (let i = 300; i < 900; i++) registry.get(String(i));
    expect(lengths()[0]).toStrictEqual([60, 200_000]);
  });

  it('should send no more signals at once than the timeline keeps', () => {
    const { scheduler, registry, updates, fail } = setUp();
    for (let i = 0; i < 150; i++) {
      fail('stock');
      registry.get('stock').reset();
    }
    scheduler.pass(100);
    expect(updates[0]?.entries.map(({ id }) => id)).toStrictEqual(Array.from({ length: 200 }, (_, i) => i + 101));
  });

  it('should hold no timer and listen to nothing once it is disposed', () => {
    const { scheduler, updates, monitor, fail } = setUp();
    fail('stock');
    monitor.dispose();
    // No watcher is left, so that not even the open circuit holds one.
    expect(scheduler.timers).toBe(0);
    scheduler.pass(10_000);
    fail('mail');
    expect(updates).toStrictEqual([]);
  });

  it('should take the breakers of a list as it takes those of a registry', () => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ name: 'stock', scheduler, tripper: failureStreak(1) });
    const monitor = new Monitor(new CircuitList([breaker]), resolveOptions({ scheduler }), {
      watching: false,
      send: () => undefined,
    });
    breaker.admit().error(new Error('down'));
    scheduler.pass(1_000);
    expect(monitor.everything()).toMatchObject({
      samples: [['stock', [[1_000, 1, 1, 0, 0, 0, 'open', 0]]]],
      entries: [{ key: 'stock', to: 'open' }],
    });
    monitor.dispose();
  });
});
