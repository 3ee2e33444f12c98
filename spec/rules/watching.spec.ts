import { map, Subject, take, takeUntil } from 'rxjs';
import {
  admitAll,
  always,
  byTripper,
  CircuitBreaker,
  cooldown,
  failureStreak,
  never,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { runScript, stateAt, states } from '../support/script.ts';

function made(options: CircuitBreakerOptions = {}): { breaker: CircuitBreaker; scheduler: ManualScheduler } {
  const scheduler = new ManualScheduler();
  return { scheduler, breaker: new CircuitBreaker({ retry: cooldown(100), scheduler, ...options }) };
}

describe('watching', () => {
  it(
    'unwatched, an open circuit stays open past the due moment, until a call',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(3) });
      const commands = '-t------a--';
      const read = '    r-r-r-r-r-r';
      const state = '   c-o-o-o-h-h';

      runScript(m, commands, { t: () => breaker.trip(), a: () => void breaker.admit() });
      m.expect(stateAt(m, read, breaker)).toBeObservable(state, states);
    }),
  );

  it('a watcher of state$ whom a listener unsubscribes while it catches up is no watcher', () => {
    const leave = new Subject<void>();
    const { breaker, scheduler } = made({
      listeners: [
        ({ newState }) => {
          if (newState === 'half_open') leave.next();
        },
      ],
    });
    breaker.trip();
    scheduler.pass(100);
    breaker.state$.pipe(takeUntil(leave)).subscribe();
    expect(breaker.state).toBe('half_open');
    breaker.trip();
    expect(scheduler.timers).toBe(0);
  });

  it('unwatched, an open circuit whose wait is a number holds no timer', () => {
    const { breaker, scheduler } = made();
    breaker.trip();
    expect(scheduler.timers).toBe(0);
    expect(() => breaker.admit()).toThrow('open');
    breaker.info();
    expect(scheduler.timers).toBe(0);
  });

  it(
    'while `signal$` is subscribed, `half_open` comes on time',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(3) });
      const commands = '-t-------';
      const signals = ' -o--h----';

      runScript(m, commands, { t: () => breaker.trip() });
      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
    }),
  );

  it(
    'while `state$` is subscribed, `half_open` comes on time',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(3) });
      const commands = '-t-------';
      const state = '   co--h----';

      runScript(m, commands, { t: () => breaker.trip() });
      m.expect(breaker.state$).toBeObservable(state, states);
    }),
  );

  it('a listener in the options does not count', () => {
    const listener = vi.fn();
    const { breaker, scheduler } = made({ listeners: [listener] });
    breaker.trip();
    expect(scheduler.timers).toBe(0);
    scheduler.pass(1_000);
    expect(breaker.state).toBe('open');
    expect(listener).toHaveBeenCalledOnce();
  });

  it('`call$` does not count', () => {
    const { breaker, scheduler } = made();
    collect(breaker.call$);
    breaker.trip();
    expect(scheduler.timers).toBe(0);
    expect(breaker.state).toBe('open');
  });

  it(
    'a subscriber that comes before the due moment meets `half_open` on time',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(6) });
      const commands = '-t-------';
      const watch = '   ---^-----';
      const state = '   ---o---h-';
      const signals = ' -------h-';

      runScript(m, commands, { t: () => breaker.trip() });
      m.expect(breaker.state$, watch).toBeObservable(state, states);
      m.expect(breaker.signal$.pipe(map(({ newState }) => newState)), watch).toBeObservable(signals, states);
    }),
  );

  it(
    'a subscriber that comes at the due moment or after it meets `half_open` at once',
    marbles((m) => {
      const onTime = new CircuitBreaker({ retry: cooldown(3) });
      const late = new CircuitBreaker({ retry: cooldown(3) });
      const received = new CircuitBreaker({ retry: cooldown(3) });
      const commands = '   t--------';
      const watchOnTime = '---^-----';
      const stateOnTime = '---h-----';
      const watchLate = '  -----^---';
      const stateLate = '  -----h---';

      runScript(m, commands, { t: () => [onTime, late, received].forEach((breaker) => breaker.trip()) });
      m.expect(onTime.state$, watchOnTime).toBeObservable(stateOnTime, states);
      m.expect(late.state$, watchLate).toBeObservable(stateLate, states);
      m.expect(received.signal$.pipe(map(({ newState }) => newState)), watchLate).toBeObservable(stateLate, states);
    }),
  );

  it(
    'until the due moment a late subscriber meets `open`',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(5) });
      const commands = 't--------';
      const watch = '   ----^----';
      const state = '   ----oh---';

      runScript(m, commands, { t: () => breaker.trip() });
      m.expect(breaker.state$, watch).toBeObservable(state, states);
    }),
  );

  it('a listener is called too when a subscriber comes after the due moment', () => {
    const log: string[] = [];
    const { breaker, scheduler } = made({ listeners: [({ newState }) => log.push(newState)] });
    breaker.trip();
    scheduler.pass(100);
    expect(log).toStrictEqual(['open']);
    collect(breaker.state$);
    expect(log).toStrictEqual(['open', 'half_open']);
  });

  it('the timer goes with the last subscriber, and comes back with the next', () => {
    const { breaker, scheduler } = made();
    const first = breaker.state$.subscribe();
    const second = breaker.signal$.subscribe();
    breaker.trip();
    expect(scheduler.timers).toBe(1);
    first.unsubscribe();
    expect(scheduler.timers).toBe(1);
    second.unsubscribe();
    expect(scheduler.timers).toBe(0);

    scheduler.pass(60);
    const third = breaker.signal$.subscribe();
    expect(scheduler.timers).toBe(1);
    scheduler.pass(39);
    expect(breaker.state).toBe('open');
    scheduler.pass(1);
    expect(breaker.state).toBe('half_open');
    third.unsubscribe();
    expect(scheduler.timers).toBe(0);
  });

  it('who leaves after the first value leaves no timer', () => {
    const { breaker, scheduler } = made();
    breaker.trip();
    expect(collect(breaker.state$.pipe(take(1)))).toStrictEqual(['open', '|']);
    expect(scheduler.timers).toBe(0);
  });

  it('the timer goes when the circuit leaves `open` by another way', () => {
    const { breaker, scheduler } = made();
    collect(breaker.state$);
    breaker.trip();
    expect(scheduler.timers).toBe(1);
    breaker.reset();
    expect(scheduler.timers).toBe(0);

    breaker.trip();
    scheduler.pass(99);
    scheduler.step(1);
    breaker.admit().unsubscribe();
    expect(breaker.state).toBe('half_open');
    expect(scheduler.timers).toBe(0);
  });

  it('a closed circuit, a forced one and one that never retries hold no timer, watched or not', () => {
    const { breaker, scheduler } = made({ retry: never() });
    collect(breaker.state$);
    for (const command of ['trip', 'forceOpen', 'disable', 'metricsOnly', 'reset'] as const) {
      breaker[command]();
      expect(scheduler.timers).toBe(0);
    }
  });

  it('`always()` waits for a call while it is not watched, for the scheduler otherwise', () => {
    const { breaker, scheduler } = made({ retry: always() });
    breaker.trip();
    scheduler.pass(1_000);
    expect(breaker.state).toBe('open');
    breaker.reset();
    collect(breaker.state$);
    breaker.trip();
    expect(breaker.state).toBe('open');
    scheduler.pass(0);
    expect(breaker.state).toBe('half_open');
  });

  it('time-outs of probes in flight are scheduled, watched or not, and go when the probe settles', () => {
    const { breaker, scheduler } = made({
      retry: always(),
      permit: admitAll(),
      probeTimeout: 500,
      tripper: failureStreak(2),
      recovery: byTripper(),
    });
    breaker.trip();
    const settled = breaker.admit();
    breaker.admit();
    expect(scheduler.timers).toBe(2);
    settled.unsubscribe();
    expect(scheduler.timers).toBe(1);
    scheduler.pass(500);
    expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 0, metric: { failureCount: 1 } });
    breaker.admit();
    breaker.reset();
    expect(scheduler.timers).toBe(0);
  });

  it(
    'a subscriber that joins between two openings is on time for the second',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(2) });
      const commands = 't--a-t---';
      const watch = '   ----^----';
      const state = '   ----ho-h-';

      runScript(m, commands, { t: () => breaker.trip(), a: () => breaker.admit().unsubscribe() });
      m.expect(breaker.state$, watch).toBeObservable(state, states);
    }),
  );
});
