import { of, type Observable } from 'rxjs';
import {
  admitAll,
  always,
  CallNotPermittedError,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { fail, onEach, succeed } from '../support/script.ts';

describe('CircuitBreaker', () => {
  it('should give the same streams each time, so that a template does not subscribe again', () => {
    const breaker = new CircuitBreaker();
    expect(breaker.signal$).toBe(breaker.signal$);
    expect(breaker.state$).toBe(breaker.state$);
    expect(breaker.call$).toBe(breaker.call$);
  });

  it('should have a name, by default `circuit-breaker`', () => {
    expect(new CircuitBreaker().name).toBe('circuit-breaker');
    expect(new CircuitBreaker({ name: 'stock' }).name).toBe('stock');
  });

  describe('state', () => {
    it('should change nothing when it is read', () => {
      const scheduler = new ManualScheduler();
      const listener = vi.fn();
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(10), listeners: [listener] });
      expect(breaker.state).toBe('closed');
      breaker.trip();
      listener.mockClear();
      scheduler.pass(20);
      expect(breaker.state).toBe('open');
      expect(breaker.state).toBe('open');
      expect(listener).not.toHaveBeenCalled();
      expect(scheduler.timers).toBe(0);
    });
  });

  describe('info()', () => {
    it('should say everything at one moment', () => {
      const scheduler = new ManualScheduler(100);
      const breaker = new CircuitBreaker({ name: 'stock', scheduler, retry: cooldown(10), tripper: failureStreak(2) });
      expect(breaker.info()).toStrictEqual({
        name: 'stock',
        state: 'closed',
        changedAt: 100,
        reopens: 0,
        metric: expect.objectContaining({ totalCount: 0, failureCount: 0, totalDuration: 0 }) as unknown,
        inFlight: 0,
        rejected: 0,
        ignored: 0,
        retryAt: undefined,
        detail: 'failureStreak(2): 0 of 2 failures in a row',
        lastSignal: undefined,
      });

      scheduler.pass(5);
      breaker.admit();
      succeed(breaker);
      fail(breaker);
      expect(breaker.info()).toMatchObject({
        changedAt: 100,
        metric: { totalCount: 2, failureCount: 1, failureRate: 0.5 },
        inFlight: 1,
      });

      fail(breaker);
      expect(() => breaker.admit()).toThrow(CallNotPermittedError);
      expect(breaker.info()).toMatchObject({
        state: 'open',
        changedAt: 105,
        metric: { totalCount: 0 },
        inFlight: 0,
        rejected: 1,
        retryAt: 115,
        lastSignal: { newState: 'open', detail: 'failureStreak(2): 2 failures in a row' },
      });
    });

    it('should change nothing', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(10) });
      breaker.trip();
      scheduler.pass(20);
      expect(breaker.info().state).toBe('open');
      expect(breaker.state).toBe('open');
      expect(scheduler.timers).toBe(0);
    });

    it('should be a frozen snapshot', () => {
      const breaker = new CircuitBreaker();
      const before = breaker.info();
      fail(breaker);
      expect(Object.isFrozen(before)).toBe(true);
      expect(before.metric.totalCount).toBe(0);
    });

    it('should count the unsettled calls of the current epoch', () => {
      const breaker = new CircuitBreaker({ retry: always(), permit: admitAll() });
      const calls = [breaker.admit(), breaker.admit(), breaker.admit()];
      expect(breaker.info().inFlight).toBe(3);
      calls[0]?.complete();
      expect(breaker.info().inFlight).toBe(2);
      breaker.metricsOnly();
      expect(breaker.info().inFlight).toBe(0);
      breaker.admit();
      calls[1]?.complete();
      expect(breaker.info().inFlight).toBe(1);
      breaker.trip();
      breaker.admit();
      calls[2]?.unsubscribe();
      expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 1 });
    });

    it('should count every rejection since the breaker was made', () => {
      const breaker = new CircuitBreaker({ retry: always(), permit: () => false });
      breaker.forceOpen();
      expect(() => breaker.admit()).toThrow();
      breaker.trip();
      expect(() => breaker.admit()).toThrow('half_open');
      breaker.reset();
      succeed(breaker);
      expect(breaker.info().rejected).toBe(2);
    });
  });

  describe('admit()', () => {
    it('should be what the operator does', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
      const call = breaker.admit();
      collect(of(1).pipe(circuitBreaker(breaker)));
      expect(breaker.info()).toMatchObject({ inFlight: 1, metric: { totalCount: 1 } });
      call.error(new Error('down'));
      expect(collect(of(1).pipe(circuitBreaker(breaker)))).toMatchObject(['#', { state: 'open' }]);
    });
  });

  describe('Symbol.dispose', () => {
    it('should dispose', () => {
      const breaker = new CircuitBreaker();
      const received = collect(breaker.state$);
      breaker[Symbol.dispose]();
      expect(breaker.state).toBe('disabled');
      expect(received).toStrictEqual(['closed', '|']);
    });

    it('should work with `using`', () => {
      const used = (): CircuitBreaker => {
        using breaker = new CircuitBreaker();
        expect(breaker.state).toBe('closed');
        return breaker;
      };
      expect(used().state).toBe('disabled');
    });

    it('should not show among the keys', () => {
      expect(Object.keys(new CircuitBreaker())).not.toContain('Symbol(Symbol.dispose)');
      expect(Object.getOwnPropertyDescriptor(CircuitBreaker.prototype, Symbol.dispose)?.enumerable).toBe(false);
    });
  });

  it('should be left alone by the reactive proxies of Vue', () => {
    // As `markRaw()` of Vue marks an object, here once for all.
    expect(Object.getOwnPropertyDescriptor(CircuitBreaker.prototype, '__v_skip')).toMatchObject({
      value: true,
      enumerable: false,
    });
    expect(new CircuitBreaker()).toHaveProperty('__v_skip', true);
  });

  it('should work in a proxy all the same', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const proxy = new Proxy(breaker, {});
    proxy.trip();
    expect([proxy.state, breaker.state]).toStrictEqual(['open', 'open']);
    expect(collect(of(1).pipe(circuitBreaker(proxy)))).toMatchObject(['#', { state: 'open' }]);
  });

  describe('the streams', () => {
    it('should leave nothing behind of who has left', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler });
      for (const stream$ of [breaker.signal$, breaker.state$, breaker.call$] as Observable<unknown>[]) {
        const log: unknown[] = [];
        const subscription = onEach(stream$, (value) => log.push(value));
        subscription.unsubscribe();
        log.length = 0;
        breaker.trip();
        breaker.reset();
        succeed(breaker);
        expect(log).toStrictEqual([]);
      }
      breaker.trip();
      expect(scheduler.timers).toBe(0);
    });
  });
});
