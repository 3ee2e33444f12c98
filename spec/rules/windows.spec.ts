import { type Observable } from 'rxjs';
import {
  byTripper,
  admitAll,
  always,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  countWindow,
  failureRate,
  failureStreak,
  minRequests,
  never,
  slowRate,
  timeWindow,
  type CallRecord,
  type CircuitBreakerOptions,
  type SlidingWindow,
} from 'rxjs-fluxgate';
import type { Context } from 'rxjs-marbles';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, runScript, states, succeed } from '../support/script.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

type Method = 'record' | 'getMetric' | 'reset';

/** A window of which one method can be broken for a while. */
function fragile(): { window: () => SlidingWindow; breaks: Set<Method>; broken: Error } {
  const breaks = new Set<Method>();
  const broken = new Error('window');
  const inner = countWindow(100)();
  const check = (method: Method): void => {
    if (breaks.has(method)) throw broken;
  };
  const window: SlidingWindow = {
    record: (record) => {
      check('record');
      inner.record(record);
    },
    getMetric: (now) => {
      check('getMetric');
      return inner.getMetric(now);
    },
    reset: () => {
      check('reset');
      inner.reset();
    },
  };
  return { window: () => window, breaks, broken };
}

describe('windows', () => {
  it(
    '`countWindow` holds the last n calls',
    marbles((m) => {
      const breaker = new CircuitBreaker({
        window: countWindow(3),
        tripper: minRequests(3).and(failureRate(0.6)),
        retry: never(),
      });
      const calls = '-fssfsf----';
      const state = 'c-----o----';

      runScript(m, calls, { f: () => fail(breaker), s: () => succeed(breaker) });
      m.expect(breaker.state$).toBeObservable(state, states);
    }),
  );

  it(
    '`timeWindow` holds the current slot and the `buckets − 1` before it',
    marbles((m) => {
      const window = timeWindow(100, { buckets: 4 });
      const breaker = new CircuitBreaker({ window, tripper: minRequests(2), retry: never() });
      // The slots are 25 ms: the call at 24 is gone at 100, the call at 100 is not at 199.
      const calls = '24ms f 75ms f 98ms f';
      const state = 'c 198ms o';

      runScript(m, calls, { f: () => fail(breaker) });
      m.expect(breaker.state$).toBeObservable(state, states);
    }),
  );

  it('what is older is gone on read as on write, however long the circuit idled', () => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler, window: timeWindow(1_000), tripper: minRequests(3) });
    fail(breaker);
    fail(breaker);
    scheduler.pass(3_600_000);
    expect(breaker.info().metric.totalCount).toBe(0);
    fail(breaker);
    fail(breaker);
    scheduler.pass(3_600_000);
    fail(breaker);
    expect(breaker.info()).toMatchObject({ state: 'closed', metric: { totalCount: 1 } });
  });

  it('each breaker makes its own', () => {
    const make = vi.fn(countWindow(100));
    const options: CircuitBreakerOptions = { window: make };
    const one = new CircuitBreaker(options);
    const other = new CircuitBreaker(options);
    expect(make).toHaveBeenCalledTimes(2);
    fail(one);
    expect(one.info().metric.totalCount).toBe(1);
    expect(other.info().metric.totalCount).toBe(0);
  });

  it('get success and failure alike, with the true duration, what was slow, and when', () => {
    const records: CallRecord[] = [];
    const reads: number[] = [];
    const inner = countWindow(100)();
    const window = (): SlidingWindow => ({
      record: (record) => {
        records.push(record);
        inner.record(record);
      },
      getMetric: (now) => {
        reads.push(now);
        return inner.getMetric(now);
      },
      reset: () => inner.reset(),
    });
    const scheduler = new ManualScheduler(1_000);
    const tripper = minRequests(3).and(slowRate(0.6, 20).or(slowRate(0.6, 50)));
    const breaker = new CircuitBreaker({ window, scheduler, tripper });
    for (const [duration, end] of [
      [19, 'complete'],
      [20, 'error'],
      [50, 'error'],
    ] as const) {
      const call = breaker.admit();
      scheduler.pass(duration);
      call[end](new Error('down'));
    }
    expect(records).toStrictEqual([
      { success: true, duration: 19, slowAt: [], timestamp: 1_019 },
      { success: false, duration: 20, slowAt: [20], timestamp: 1_039 },
      { success: false, duration: 50, slowAt: [20, 50], timestamp: 1_089 },
    ]);
    expect([...new Set(reads)]).toStrictEqual([1_019, 1_039, 1_089]);
    expect(breaker.state).toBe('open');
  });

  it('keep their metrics to themselves: what is handed out is a copy', () => {
    const breaker = new CircuitBreaker({ tripper: slowRate(1, 60_000) });
    const { metric } = breaker.info();
    fail(breaker);
    expect(metric.totalCount).toBe(0);
    try {
      Object.assign(metric, { totalCount: 99 });
      (breaker.info().metric.slowCounts as Map<number, number>).set(60_000, 99);
    } catch {
      // Frozen is as good.
    }
    expect(breaker.info().metric.totalCount).toBe(1);
    expect(breaker.info().metric.slowCounts.size).toBe(0);
  });

  it('may hand out a metric that lives on: users get a copy of it', () => {
    const live = { ...countWindow(100)().getMetric(0), slowRate: () => 0 };
    const window = (): SlidingWindow => ({
      record: () => void Object.assign(live, { totalCount: live.totalCount + 1 }),
      getMetric: () => live,
      reset: () => void Object.assign(live, { totalCount: 0 }),
    });
    const breaker = new CircuitBreaker({ window });
    const signals = collect(breaker.signal$);
    fail(breaker);
    const { metric } = breaker.info();
    fail(breaker);
    breaker.trip();
    expect(metric.totalCount).toBe(1);
    expect(signals).toMatchObject([{ metric: { totalCount: 2 } }]);
  });

  describe('that throw', () => {
    const reported = spyOnReports();

    const fails$ = (breaker: CircuitBreaker, m: Context): Observable<unknown> =>
      m.cold('--#').pipe(circuitBreaker(breaker));

    it.each(['record', 'getMetric', 'reset'] as const)(
      'while closed: %s() reaches the subscriber, and the circuit stays usable',
      (method) => {
        marbles((m) => {
          const { window, breaks, broken } = fragile();
          const breaker = new CircuitBreaker({ window, tripper: failureStreak(1), retry: never() });
          breaks.add(method);
          m.expect(fails$(breaker, m)).toBeObservable('--#', undefined, broken);
          m.flush();
          breaks.clear();
          expect(breaker.info()).toMatchObject({ state: 'closed', inFlight: 0 });
          fail(breaker);
          expect(breaker.state).toBe('open');
          expect(reported).not.toHaveBeenCalled();
        })();
      },
    );

    it.each(['getMetric', 'reset'] as const)('when the retry is due at a call: %s()', (method) => {
      const { window, breaks, broken } = fragile();
      const breaker = new CircuitBreaker({ window, retry: always(), permit: admitAll() });
      breaker.trip();
      breaks.add(method);
      expect(() => breaker.admit()).toThrow(broken);
      expect(breaker.state).toBe('open');
      breaks.clear();
      breaker.admit();
      expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 1 });
    });

    it.each(['getMetric', 'reset'] as const)('at a scheduled wake-up it is reported: %s()', (method) => {
      const { window, breaks, broken } = fragile();
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ window, scheduler, retry: cooldown(100), permit: admitAll() });
      const received = collect(breaker.state$);
      breaker.trip();
      breaks.add(method);
      expect(() => scheduler.pass(100)).not.toThrow();
      expect(reported.mock.calls).toStrictEqual([[broken]]);
      breaks.clear();
      breaker.admit();
      expect(received).toStrictEqual(['closed', 'open', 'half_open']);
    });

    it.each(['record', 'getMetric', 'reset'] as const)(
      'half-open: %s() gives the place back, and the next probe decides',
      (method) => {
        const { window, breaks, broken } = fragile();
        const breaker = new CircuitBreaker({
          window,
          retry: always(),
          permit: admitAll(),
          tripper: failureStreak(1),
          recovery: byTripper(),
          maxProbes: 1,
        });
        breaker.trip();
        const probe = breaker.admit();
        breaks.add(method);
        expect(() => probe.complete()).toThrow(broken);
        breaks.clear();
        expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 0 });
        succeed(breaker);
        expect(breaker.state).toBe('closed');
      },
    );

    it.each(['record', 'getMetric', 'reset'] as const)('at a probe’s time-out it is reported: %s()', (method) => {
      const { window, breaks, broken } = fragile();
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({
        window,
        scheduler,
        retry: always(),
        permit: admitAll(),
        tripper: failureStreak(1),
        recovery: byTripper(),
        maxProbes: 1,
        probeTimeout: 100,
      });
      breaker.trip();
      breaker.admit();
      breaks.add(method);
      expect(() => scheduler.pass(100)).not.toThrow();
      expect(reported.mock.calls).toStrictEqual([[broken]]);
      breaks.clear();
      expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 0 });
      fail(breaker);
      expect(breaker.state).toBe('open');
    });

    it('where a value had been taken and no subscriber is left, it is reported', () => {
      const { window, breaks, broken } = fragile();
      const breaker = new CircuitBreaker({ window });
      const call = breaker.admit();
      call.next('taken');
      breaks.add('record');
      expect(() => call.unsubscribe()).not.toThrow();
      expect(reported.mock.calls).toStrictEqual([[broken]]);
      breaks.clear();
      expect(breaker.info().inFlight).toBe(0);
    });

    it.each(['getMetric', 'reset'] as const)(
      'at a command it is thrown to the caller, and the state is as it was: %s()',
      (method) => {
        const { window, breaks, broken } = fragile();
        const breaker = new CircuitBreaker({ window });
        const received = collect(breaker.state$);
        breaks.add(method);
        expect(() => breaker.trip()).toThrow(broken);
        expect(breaker.state).toBe('closed');
        breaks.clear();
        breaker.trip();
        expect(received).toStrictEqual(['closed', 'open']);
      },
    );

    it.each(['getMetric', 'reset'] as const)('at the first watcher `state$` still never errors: %s()', (method) => {
      const { window, breaks, broken } = fragile();
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ window, scheduler, retry: cooldown(100), permit: admitAll() });
      breaker.trip();
      scheduler.pass(100);
      breaks.add(method);
      const received = collect(breaker.state$);
      expect(received).toStrictEqual(['open']);
      expect(reported).toHaveBeenCalledWith(broken);
      breaks.clear();
      breaker.admit();
      expect(received).toStrictEqual(['open', 'half_open']);
    });

    it('at the first watcher, one that is gone again is not counted as watching', () => {
      const { window, breaks } = fragile();
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ window, scheduler, retry: cooldown(100), permit: admitAll() });
      breaker.trip();
      scheduler.pass(100);
      breaks.add('reset');
      breaker.signal$.subscribe({ error: () => undefined }).unsubscribe();
      breaks.clear();
      breaker.reset();
      breaker.trip();
      expect(scheduler.timers).toBe(0);
    });
  });
});
