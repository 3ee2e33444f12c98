import { map, Observable, of, tap } from 'rxjs';
import {
  admitAll,
  always,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  retryIf,
  type Signal,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, onEach, runScript, states, succeed } from '../support/script.ts';

describe('dispose', () => {
  it(
    'completes the streams, without a signal',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const commands = '-t--x--';
      const state = '   co--|  ';
      const signals = ' -o--|  ';
      const calls = '   ----|  ';

      runScript(m, commands, { t: () => breaker.trip(), x: () => breaker.dispose() });
      m.expect(breaker.state$).toBeObservable(state, states);
      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(breaker.call$).toBeObservable(calls);
    }),
  );

  it('does nothing the second time', () => {
    const breaker = new CircuitBreaker();
    breaker.dispose();
    const call = breaker.admit();
    breaker.dispose();
    expect(breaker.info().inFlight).toBe(1);
    call.complete();
    expect(breaker.info().inFlight).toBe(0);
  });

  it.each(['reset', 'trip', 'forceOpen', 'metricsOnly', 'disable'] as const)(
    'leaves the breaker `disabled`, after %s(), and notifies no listener',
    (command) => {
      const listener = vi.fn();
      const breaker = new CircuitBreaker({ listeners: [listener] });
      breaker[command]();
      listener.mockClear();
      breaker.dispose();
      expect(breaker.state).toBe('disabled');
      expect(breaker.info()).toMatchObject({ state: 'disabled', inFlight: 0, retryAt: undefined });
      expect(listener).not.toHaveBeenCalled();
    },
  );

  it('admits every call from then on, and records none', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    breaker.forceOpen();
    breaker.dispose();
    expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
    fail(breaker);
    expect(breaker.info()).toMatchObject({ state: 'disabled', metric: { totalCount: 0 } });
  });

  it('later commands do nothing', () => {
    const listener = vi.fn();
    const retry = vi.fn(() => 0);
    const breaker = new CircuitBreaker({ listeners: [listener], retry });
    breaker.dispose();
    for (const command of ['reset', 'trip', 'forceOpen', 'metricsOnly', 'disable', 'dispose'] as const) {
      breaker[command]();
      expect(breaker.state).toBe('disabled');
    }
    expect(listener).not.toHaveBeenCalled();
    expect(retry).not.toHaveBeenCalled();
  });

  it(
    'calls in flight go on untouched',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
      const source$ = m.cold(' --a--b--#');
      const expected = '       --a--b--#';
      const subscription = '   ^-------!';
      const commands = '       ---x-----';

      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected);
      m.expect(source$).toHaveSubscriptions(subscription);
      runScript(m, commands, { x: () => breaker.dispose() });
      m.flush();
      expect(breaker.info()).toMatchObject({ state: 'disabled', inFlight: 0, metric: { totalCount: 0 } });
    }),
  );

  describe('drops timers and notifiers', () => {
    it('the alarm of an open circuit', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(100) });
      const received = collect(breaker.state$);
      breaker.trip();
      expect(scheduler.timers).toBe(1);
      breaker.dispose();
      expect(scheduler.timers).toBe(0);
      scheduler.pass(1_000);
      expect(received).toStrictEqual(['closed', 'open', '|']);
      expect(breaker.state).toBe('disabled');
    });

    it('the time-outs of probes', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler, retry: always(), permit: admitAll() });
      breaker.trip();
      breaker.admit();
      const probe = breaker.admit();
      expect(scheduler.timers).toBe(2);
      breaker.dispose();
      expect(scheduler.timers).toBe(0);
      probe.error(new Error('down'));
      expect(breaker.state).toBe('disabled');
    });

    it(
      'a notifier',
      marbles((m) => {
        const health$ = m.cold('   -----v');
        const subscription = '     -^-!   ';
        const commands = '         -t-x-----';
        const state = '            co-|     ';
        const breaker = new CircuitBreaker({ retry: () => health$ });

        runScript(m, commands, { t: () => breaker.trip(), x: () => breaker.dispose() });
        m.expect(breaker.state$).toBeObservable(state, states);
        m.expect(health$).toHaveSubscriptions(subscription);
      }),
    );

    it('a `retryIf`', () => {
      const scheduler = new ManualScheduler();
      const predicate = vi.fn(() => false);
      const breaker = new CircuitBreaker({ scheduler, retry: retryIf(predicate) });
      breaker.trip();
      breaker.dispose();
      expect(scheduler.timers).toBe(0);
      scheduler.pass(10_000);
      expect(predicate).not.toHaveBeenCalled();
    });

    it('a notifier whose teardown throws or uses commands', () => {
      const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const broken = new Error('teardown');
      const breaker = new CircuitBreaker({
        retry: () =>
          new Observable(() => () => {
            breaker.reset();
            breaker.dispose();
            throw broken;
          }),
      });
      const received = collect(breaker.state$);
      breaker.trip();
      expect(() => breaker.dispose()).not.toThrow();
      expect(reported).toHaveBeenCalledOnce();
      expect(breaker.state).toBe('disabled');
      expect(received).toStrictEqual(['closed', 'open', '|']);
    });
  });

  describe('during a delivery', () => {
    const disposing = (breaker: CircuitBreaker) => (): void => breaker.dispose();

    it('what had happened is still signalled, in order, before the streams complete', () => {
      const breaker = new CircuitBreaker();
      const first = collect(breaker.state$);
      onEach(breaker.signal$, ({ newState }: Signal) => {
        if (newState !== 'open') return;
        breaker.forceOpen();
        breaker.dispose();
        breaker.reset();
      });
      const last = collect(breaker.state$);
      breaker.trip();
      expect(first).toStrictEqual(['closed', 'open', 'forced_open', '|']);
      expect(last).toStrictEqual(['closed', 'open', 'forced_open', '|']);
      expect(breaker.state).toBe('disabled');
    });

    it('no alarm is set, no notifier left', () => {
      const scheduler = new ManualScheduler();
      const breaker: CircuitBreaker = new CircuitBreaker({ scheduler, retry: cooldown(100) });
      onEach(breaker.signal$, disposing(breaker));
      breaker.trip();
      expect(scheduler.timers).toBe(0);
      expect(breaker.state).toBe('disabled');
    });

    it('by a retry: the circuit does not open', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({
        scheduler,
        retry: () => {
          breaker.dispose();
          return 100;
        },
      });
      const received = collect(breaker.state$);
      breaker.trip();
      expect(received).toStrictEqual(['closed', '|']);
      expect(breaker.state).toBe('disabled');
      expect(scheduler.timers).toBe(0);
    });

    it('by a tripper: the circuit does not open', () => {
      const breaker = new CircuitBreaker({
        tripper: () => {
          breaker.dispose();
          return true;
        },
      });
      const received = collect(breaker.state$);
      fail(breaker);
      expect(received).toStrictEqual(['closed', '|']);
      expect(breaker.state).toBe('disabled');
    });

    it('at admission: the call is judged in the state found then', () => {
      const breaker: CircuitBreaker = new CircuitBreaker({
        retry: always(),
        permit: () => false,
        listeners: [({ newState }) => newState === 'half_open' && breaker.dispose()],
      });
      breaker.trip();
      succeed(breaker);
      expect(breaker.state).toBe('disabled');
    });

    it('at the first value of `state$`', () => {
      const breaker = new CircuitBreaker();
      const tripAndDispose = (): void => {
        breaker.trip();
        breaker.dispose();
      };
      expect(collect(breaker.state$.pipe(tap(tripAndDispose)))).toStrictEqual(['closed', 'open', '|']);
    });
  });

  describe('to subscribe to the streams afterwards', () => {
    it('completes them at once, `state$` after the state', () => {
      const breaker = new CircuitBreaker();
      breaker.trip();
      breaker.dispose();
      expect(collect(breaker.state$)).toStrictEqual(['disabled', '|']);
      expect(collect(breaker.signal$)).toStrictEqual(['|']);
      expect(collect(breaker.call$)).toStrictEqual(['|']);
    });

    it('completes them also from within the completion of another', () => {
      const breaker = new CircuitBreaker();
      const late: unknown[][] = [];
      const join = (): void => {
        late.push(collect(breaker.signal$), collect(breaker.state$), collect(breaker.call$));
      };
      collect(breaker.signal$.pipe(tap({ complete: join })));
      breaker.dispose();
      expect(late).toStrictEqual([['|'], ['disabled', '|'], ['|']]);
    });
  });
});
