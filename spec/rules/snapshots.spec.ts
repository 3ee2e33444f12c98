import { finalize, NEVER } from 'rxjs';
import {
  CircuitBreaker,
  cooldown,
  never,
  probes,
  restore,
  snapshotOf,
  type BreakerSnapshot,
  type CircuitBreakerOptions,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { fail } from '../support/script.ts';

/** What is left of a snapshot that went through a file, a cookie or the page of a server. */
function transferred(breaker: CircuitBreaker): BreakerSnapshot {
  return JSON.parse(JSON.stringify(snapshotOf(breaker))) as BreakerSnapshot;
}

function at(
  clock: number,
  options: CircuitBreakerOptions = {},
): { breaker: CircuitBreaker; scheduler: ManualScheduler } {
  const scheduler = new ManualScheduler(clock);
  return { scheduler, breaker: new CircuitBreaker({ retry: cooldown(1_000), scheduler, ...options }) };
}

describe('snapshotOf()', () => {
  it('is plain JSON: state, when and how long ago it changed, reopens, what is left of the wait, detail', () => {
    const { breaker, scheduler } = at(5_000);
    breaker.trip('by hand');
    scheduler.pass(300);
    const snapshot = snapshotOf(breaker);
    expect(snapshot).toMatchObject({ state: 'open', changedAt: 5_000, reopens: 0 });
    expect(JSON.stringify(snapshot)).toContain('by hand');
    expect(Object.values(snapshot)).toContain(300);
    expect(Object.values(snapshot)).toContain(700);
    expect(JSON.parse(JSON.stringify(snapshot))).toStrictEqual(snapshot);
    expect(Object.isFrozen(snapshot)).toBe(true);
  });

  it('has nothing of the error that opened the circuit', () => {
    const { breaker } = at(0, { tripper: () => true });
    fail(breaker, Object.assign(new Error('401 secret'), { authorization: 'Bearer secret' }));
    expect(breaker.state).toBe('open');
    expect(JSON.stringify(snapshotOf(breaker))).not.toContain('secret');
  });

  it('changes nothing, also of a circuit that is due', () => {
    const { breaker, scheduler } = at(0);
    breaker.trip();
    scheduler.pass(2_000);
    const before = breaker.info();
    snapshotOf(breaker);
    expect(breaker.info()).toStrictEqual(before);
  });
});

describe('restore()', () => {
  it('takes every snapshot that snapshotOf() makes, however long its detail', () => {
    const before = at(0);
    before.breaker.forceOpen('x'.repeat(20_000));
    const after = at(0);
    restore(after.breaker, transferred(before.breaker));
    expect(after.breaker.state).toBe('forced_open');
  });

  it.each(['state', 'wait', 'age', 'takenAt', 'reopens', 'detail'])(
    'reads %s once: what was checked is what counts',
    (key) => {
      const before = at(0);
      before.breaker.trip();
      let reads = 0;
      const snapshot = new Proxy(transferred(before.breaker), {
        get: (target, name): unknown => (name === key && reads++ > 0 ? NaN : Reflect.get(target, name)),
      });
      const { breaker } = at(0);
      restore(breaker, snapshot);
      expect(breaker.info()).toMatchObject({ state: 'open', retryAt: 1_000, reopens: 0 });
      expect(() => breaker.admit()).toThrow('after 1000 ms');
    },
  );

  it.each(['takenAt', 'changedAt', 'age', 'wait'])('refuses times that do not add up to finite ones: %s', (key) => {
    const before = at(0);
    before.breaker.trip();
    const { breaker } = at(0);
    const attempt = () => restore(breaker, { ...transferred(before.breaker), [key]: 1.7e308 });
    expect(attempt).toThrow(new RangeError(`restore: ${key} must be 2 ** 53 at most, got 1.7e+308`));
    expect(breaker.state).toBe('closed');
  });

  it.each([
    ['forceOpen', 'forced_open'],
    ['disable', 'disabled'],
    ['dispose', 'disabled'],
    ['metricsOnly', 'metrics_only'],
  ] as const)('a %s() of the retry that it asks has the last word', (command, state) => {
    const before = at(0, { retry: never() });
    before.breaker.trip();
    const torn = vi.fn();
    const { breaker } = at(0, {
      retry: () => {
        breaker[command]();
        return NEVER.pipe(finalize(torn));
      },
    });
    expect(() => restore(breaker, transferred(before.breaker))).toThrow('restore: the breaker must be new');
    expect(breaker.state).toBe(state);
    expect(torn).toHaveBeenCalledTimes(1);
  });

  it('refuses a breaker whose retry has made a call', () => {
    const before = at(0, { retry: never() });
    before.breaker.trip();
    const { breaker } = at(0, {
      retry: () => {
        breaker.admit();
        return 0;
      },
    });
    expect(() => restore(breaker, transferred(before.breaker))).toThrow('restore: the breaker must be new');
    expect(breaker.info()).toMatchObject({ state: 'closed', inFlight: 1 });
  });

  it.each<State>(['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'])(
    'makes a new breaker go on from it, without a signal: %s',
    (state) => {
      const before = at(5_000);
      if (state === 'open') before.breaker.trip();
      if (state === 'half_open') before.breaker.halfOpen();
      if (state === 'metrics_only') before.breaker.metricsOnly();
      if (state === 'disabled') before.breaker.disable();
      if (state === 'forced_open') before.breaker.forceOpen();
      const listener = vi.fn();
      const after = at(5_000, { listeners: [listener] });
      const signals = collect(after.breaker.signal$);
      restore(after.breaker, transferred(before.breaker));
      const { changedAt, retryAt, reopens } = before.breaker.info();
      expect(after.breaker.info()).toMatchObject({ state, reopens });
      if (state !== 'closed') expect(after.breaker.info()).toMatchObject({ changedAt, retryAt });
      expect(signals).toStrictEqual([]);
      expect(listener).not.toHaveBeenCalled();
    },
  );

  it.each([
    [0, 700],
    [300, 400],
    [700, 0],
    [5_000, 0],
  ])('and the time that passed between counts: %i ms', (passed, left) => {
    const before = at(5_000);
    before.breaker.trip();
    before.scheduler.pass(300);
    const snapshot = transferred(before.breaker);
    const after = at(5_300 + passed);
    restore(after.breaker, snapshot);
    const attempt = (): unknown => after.breaker.admit();
    if (left === 0) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(`after ${String(left)} ms`);
    after.scheduler.pass(left);
    expect(attempt).not.toThrow();
    expect(after.breaker.state).toBe('half_open');
  });

  it('counts on with the reopens, so that the backoff goes on', () => {
    const before = at(0, { recovery: probes(1) });
    before.breaker.halfOpen();
    fail(before.breaker);
    expect(before.breaker.info().reopens).toBe(1);
    const after = at(0, { recovery: probes(1) });
    restore(after.breaker, transferred(before.breaker));
    after.breaker.halfOpen();
    fail(after.breaker);
    expect(after.breaker.info().reopens).toBe(2);
  });

  it('stays open forever where the retry is never', () => {
    const before = at(0, { retry: never() });
    before.breaker.trip();
    const after = at(0, { retry: never() });
    restore(after.breaker, transferred(before.breaker));
    after.scheduler.pass(1_000_000);
    expect(() => after.breaker.admit()).toThrow('is open');
  });

  it('wakes up by itself while watched', () => {
    const before = at(0);
    before.breaker.trip();
    const after = at(0);
    restore(after.breaker, transferred(before.breaker));
    const states = collect(after.breaker.state$);
    after.scheduler.pass(1_000);
    expect(states).toStrictEqual(['open', 'half_open']);
  });

  it('refuses a breaker that has admitted a call', () => {
    const { breaker } = at(0);
    const snapshot = transferred(breaker);
    breaker.admit().unsubscribe();
    expect(() => restore(breaker, snapshot)).toThrow(/admitted/);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', '{}'],
    ['a number', 1],
    ['an empty object', {}],
    ['an array', []],
    ['another version', { version: 99 }],
    ['no version', { version: undefined }],
    ['an unknown state', { state: 'ajar' }],
    ['a state of the prototype', { state: 'constructor' }],
    ['a state that is no text', { state: ['open'] }],
    ['NaN reopens', { reopens: NaN }],
    ['negative reopens', { reopens: -1 }],
    ['half a reopen', { reopens: 0.5 }],
    ['reopens as a text', { reopens: '1' }],
    ['a time that is none', { changedAt: 'yesterday' }],
    ['an infinite time', { changedAt: Infinity }],
    ['a detail that is no text', { detail: { toString: (): string => 'hostile' } }],
  ])('refuses garbage with a clear error: %s', (_, change) => {
    const before = at(0);
    before.breaker.trip();
    const snapshot = transferred(before.breaker);
    const plain =
      typeof change === 'object' && change !== null && !Array.isArray(change) && Object.keys(change).length > 0;
    const garbage = plain ? { ...snapshot, ...change } : change;
    const { breaker } = at(0);
    expect(() => restore(breaker, garbage as BreakerSnapshot)).toThrow(/restore/);
    expect(breaker.state).toBe('closed');
    expect(() => breaker.admit()).not.toThrow();
  });

  it('pollutes no prototype', () => {
    const before = at(0);
    before.breaker.trip();
    const text = JSON.stringify(snapshotOf(before.breaker)).replace('{', '{"__proto__":{"polluted":true},');
    const { breaker } = at(0);
    restore(breaker, JSON.parse(text) as BreakerSnapshot);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(breaker.state).toBe('open');
  });
});
