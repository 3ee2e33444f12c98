import { map } from 'rxjs';
import {
  byTripper,
  admitAll,
  CircuitBreaker,
  cooldown,
  failureStreak,
  isCallNotPermitted,
  timeWindow,
  type CallContext,
  type CallEvent,
  type CircuitBreakerOptions,
  type Signal,
} from 'rxjs-fluxgate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';
import { fail, onEach, runScript, states, succeed } from '../support/script.ts';

const HOUR = 3_600_000;

function made(options: CircuitBreakerOptions = {}): { breaker: CircuitBreaker; scheduler: ManualScheduler } {
  const scheduler = new ManualScheduler(10 * HOUR);
  return { scheduler, breaker: new CircuitBreaker({ retry: cooldown(1_000), scheduler, ...options }) };
}

function retryAfter(breaker: CircuitBreaker): number | undefined {
  try {
    breaker.admit();
  } catch (error) {
    if (isCallNotPermitted(error)) return error.retryAfter;
    throw error;
  }
  return undefined;
}

describe('time', () => {
  const reported = spyOnReports();

  describe('comes from the scheduler alone', () => {
    beforeEach(() => {
      vi.useFakeTimers({ now: 5_000 });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('the clock', () => {
      const { breaker, scheduler } = made();
      const changedAt = breaker.info().changedAt;
      expect(changedAt).toBe(10 * HOUR);
      const call = breaker.admit();
      vi.advanceTimersByTime(500);
      scheduler.pass(3);
      call.complete();
      expect(breaker.info().metric.totalDuration).toBe(3);
    });

    it('the timers', () => {
      const { breaker, scheduler } = made();
      collect(breaker.state$);
      breaker.trip();
      vi.advanceTimersByTime(HOUR);
      expect(vi.getTimerCount()).toBe(0);
      expect(breaker.state).toBe('open');
      scheduler.pass(1_000);
      expect(breaker.state).toBe('half_open');
      breaker.admit();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  describe('a clock that steps back', () => {
    it('prolongs an opening by at most the time since the last reading', () => {
      const { breaker, scheduler } = made();
      breaker.trip();
      scheduler.pass(600);
      expect(retryAfter(breaker)).toBe(400);
      scheduler.pass(100);
      scheduler.step(-HOUR);
      // The 100 ms since the last reading are lost, and no more.
      expect(retryAfter(breaker)).toBe(400);
      scheduler.pass(399);
      expect(retryAfter(breaker)).toBe(1);
      scheduler.pass(1);
      breaker.admit();
      expect(breaker.state).toBe('half_open');
    });

    it('again and again', () => {
      const { breaker, scheduler } = made();
      breaker.trip();
      for (let left = 900; left > 0; left -= 100) {
        scheduler.pass(100);
        expect(retryAfter(breaker)).toBe(left);
        scheduler.step(-HOUR);
        expect(retryAfter(breaker)).toBe(left);
      }
      scheduler.pass(100);
      breaker.admit();
      expect(breaker.state).toBe('half_open');
    });

    it('does not touch an alarm: a scheduled wake-up counts as due whatever the clock shows', () => {
      const { breaker, scheduler } = made();
      const received = collect(breaker.state$);
      breaker.trip();
      scheduler.pass(500);
      scheduler.step(-HOUR);
      scheduler.pass(499);
      expect(received).toStrictEqual(['closed', 'open']);
      scheduler.pass(1);
      expect(received).toStrictEqual(['closed', 'open', 'half_open']);
      breaker.admit();
      expect(breaker.state).toBe('half_open');
    });

    it('does not touch the time-out of a probe', () => {
      const { breaker, scheduler } = made({
        permit: admitAll(),
        probeTimeout: 300,
        tripper: failureStreak(1),
        recovery: byTripper(),
      });
      breaker.trip();
      scheduler.pass(1_000);
      breaker.admit();
      scheduler.pass(100);
      scheduler.step(-HOUR);
      scheduler.pass(200);
      expect(breaker.info()).toMatchObject({ state: 'open', reopens: 1 });
    });

    it('makes no duration negative', () => {
      const { breaker, scheduler } = made();
      const events: CallEvent[] = [];
      onEach(breaker.call$, (event) => events.push(event));
      const before = breaker.admit();
      scheduler.step(-HOUR);
      before.complete();
      expect(events[0]).toMatchObject({ duration: 0, timestamp: 9 * HOUR });

      const across = breaker.admit();
      scheduler.pass(30);
      breaker.info();
      scheduler.step(-HOUR);
      breaker.info();
      scheduler.pass(12);
      across.complete();
      expect(events[1]).toMatchObject({ duration: 42 });
      expect(breaker.info().metric.totalDuration).toBe(42);
    });

    it('destroys no newer data', () => {
      const { breaker, scheduler } = made({ window: timeWindow(1_000), tripper: failureStreak(9) });
      fail(breaker);
      scheduler.step(-HOUR);
      expect(breaker.info().metric.totalCount).toBe(1);
      succeed(breaker);
      expect(breaker.info().metric.totalCount).toBe(2);
      scheduler.pass(850);
      expect(breaker.info().metric.totalCount).toBe(2);
      scheduler.pass(HOUR);
      expect(breaker.info().metric.totalCount).toBe(0);
    });

    it('between a record and the metric read after it', () => {
      let steps = 0;
      const tripper = (): boolean => {
        scheduler.step(-HOUR);
        steps++;
        return true;
      };
      const { breaker, scheduler } = made({ window: timeWindow(1_000), tripper });
      const signals: Signal[] = [];
      onEach(breaker.signal$, (signal) => signals.push(signal));
      fail(breaker);
      expect(steps).toBe(1);
      expect(signals[0]).toMatchObject({ metric: { totalCount: 1, failureCount: 1 } });
      expect(breaker.info()).toMatchObject({ state: 'open', changedAt: 9 * HOUR });
      expect(retryAfter(breaker)).toBe(1_000);
    });
  });

  describe('a step forward', () => {
    it('makes the calls then in flight look long', () => {
      const { breaker, scheduler } = made();
      const call = breaker.admit();
      scheduler.step(HOUR);
      call.complete();
      expect(breaker.info().metric.totalDuration).toBe(HOUR);
    });

    it('harms nothing but the freshness of the window', () => {
      const { breaker, scheduler } = made({ window: timeWindow(1_000), tripper: failureStreak(3) });
      fail(breaker);
      const call = breaker.admit();
      scheduler.step(HOUR);
      expect(breaker.info()).toMatchObject({ state: 'closed', inFlight: 1, metric: { totalCount: 0 } });
      call.error(new Error('down'));
      expect(breaker.info()).toMatchObject({ state: 'closed', inFlight: 0, metric: { totalCount: 1 } });
      // The streak goes on.
      fail(breaker);
      expect(breaker.state).toBe('open');
    });

    it('makes an open circuit due at the next call, not at once', () => {
      const { breaker, scheduler } = made();
      const received = collect(breaker.state$);
      breaker.trip();
      scheduler.step(HOUR);
      expect(received).toStrictEqual(['closed', 'open']);
      breaker.admit();
      expect(received).toStrictEqual(['closed', 'open', 'half_open']);
      scheduler.pass(1_000);
      expect(received).toStrictEqual(['closed', 'open', 'half_open']);
    });
  });

  describe('timestamps that users are handed are in the scheduler’s time', () => {
    it('before and after a step back', () => {
      const contexts: CallContext[] = [];
      const tripper = (context: CallContext): boolean => {
        contexts.push(context);
        return context.failures === 2;
      };
      const { breaker, scheduler } = made({ tripper });
      const signals: Signal[] = [];
      onEach(breaker.signal$, (signal) => signals.push(signal));
      scheduler.pass(10);
      fail(breaker);
      expect(contexts[0]).toMatchObject({ changedAt: 10 * HOUR, now: 10 * HOUR + 10 });

      scheduler.step(-HOUR);
      fail(breaker);
      // Ten milliseconds ago, as the clock goes now.
      expect(contexts[1]).toMatchObject({ changedAt: 9 * HOUR, now: 9 * HOUR + 10 });
      expect(signals[0]).toMatchObject({ timestamp: 9 * HOUR + 10, retryAt: 9 * HOUR + 1_010 });
      expect(breaker.info()).toMatchObject({ changedAt: 9 * HOUR + 10, retryAt: 9 * HOUR + 1_010 });

      scheduler.step(-HOUR);
      expect(breaker.info()).toMatchObject({ changedAt: 8 * HOUR + 10, retryAt: 8 * HOUR + 1_010 });
      expect(retryAfter(breaker)).toBe(1_000);
    });

    it('what a retry and a permit get too', () => {
      const retry = vi.fn(() => 0);
      const permit = vi.fn(() => true);
      const { breaker, scheduler } = made({ retry, permit });
      scheduler.step(-HOUR);
      breaker.trip();
      expect(retry.mock.lastCall).toMatchObject([{ changedAt: 9 * HOUR }]);
      breaker.admit();
      scheduler.pass(50);
      scheduler.step(-HOUR);
      breaker.admit();
      expect(permit.mock.lastCall).toMatchObject([{ changedAt: 8 * HOUR + 50, now: 8 * HOUR + 50 }]);
    });

    it('a rejection’s event too', () => {
      const { breaker, scheduler } = made();
      const events = collect(breaker.call$);
      scheduler.step(-HOUR);
      breaker.forceOpen();
      expect(() => breaker.admit()).toThrow('forced_open');
      expect(events).toMatchObject([{ type: 'rejected', timestamp: 9 * HOUR }]);
    });
  });

  it(
    'a breaker made outside of virtual time can be used within it',
    (() => {
      const breaker = new CircuitBreaker({ retry: cooldown(3) });
      return marbles((m) => {
        runScript(m, '-t', { t: () => breaker.trip() });
        m.expect(breaker.state$).toBeObservable('co--h', states);
        const times$ = breaker.signal$.pipe(map(({ timestamp, retryAt }) => [timestamp, retryAt]));
        m.expect(times$).toBeObservable('-o--h', { o: [1, 4], h: [4, undefined] });
      });
    })(),
  );

  describe('a reading that is no finite number', () => {
    const readings: [string, unknown][] = [
      ['NaN', NaN],
      ['Infinity', Infinity],
      ['-Infinity', -Infinity],
      ['a Date', new Date(0)],
      ['a text', '5'],
      ['a bigint', 5n],
      ['a Date that looks later', new Date(5_000)],
      ['a text that looks later', '5000'],
      ['a bigint that is later', 5_000n],
      ['undefined', undefined],
    ];

    class Clock extends ManualScheduler {
      wrong: readonly unknown[] = [];

      override now(): number {
        return this.wrong.length > 0 ? (this.wrong[0] as number) : super.now();
      }
    }

    it.each(readings)('is refused at construction: %s', (_, reading) => {
      const scheduler = new Clock();
      scheduler.wrong = [reading];
      expect(() => new CircuitBreaker({ scheduler })).toThrow(/scheduler.*now/s);
    });

    it.each(readings)('is reported and passed over later: %s', (_, reading) => {
      const scheduler = new Clock(1_000);
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(1_000), tripper: failureStreak(1) });
      const call = breaker.admit();
      scheduler.pass(40);
      scheduler.wrong = [reading];
      call.error(new Error('down'));
      expect(reported).toHaveBeenCalled();
      expect(breaker.info()).toMatchObject({ state: 'open', changedAt: 1_000 });
      expect(() => breaker.admit()).toThrow('is open');
      // And harms the clock no more once it is over.
      scheduler.wrong = [];
      expect(retryAfter(breaker)).toBe(960);
      scheduler.pass(960);
      breaker.admit().complete();
      expect(breaker.state).toBe('half_open');
    });
  });
});
