import { config, of, type SchedulerLike } from 'rxjs';
import { CircuitBreaker, circuitBreaker, cooldown, never, type Signal } from 'rxjs-fluxgate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';

const broken = new Error('no timers');

/** A clock without timers. */
const timeless: SchedulerLike = {
  now: () => 0,
  schedule: () => {
    throw broken;
  },
};

describe('a scheduler that fails', () => {
  it('should not keep an alarm from being set and cleared, and the circuit from opening', () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const breaker = new CircuitBreaker({ scheduler: timeless });
    const watching = breaker.signal$.subscribe({ error: vi.fn() });
    breaker.trip();
    expect(() => watching.unsubscribe()).not.toThrow();
    expect(breaker.state).toBe('open');
    expect(reported).toHaveBeenCalledExactlyOnceWith(broken);
  });

  it('should reach the subscriber of a probe, which takes no place then', () => {
    const breaker = new CircuitBreaker({ scheduler: timeless, retry: () => 0 });
    breaker.trip();
    expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', broken]);
    expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 0, rejected: 0 });
  });
});

describe('a retry', () => {
  beforeEach(() => {
    config.onUnhandledError = vi.fn();
  });

  afterEach(() => {
    config.onUnhandledError = null;
  });

  it('should be no notifier of its letters: a string is reported, and the wait is 60 s', () => {
    const breaker = new CircuitBreaker({ scheduler: new ManualScheduler(), retry: () => '5000' });
    breaker.trip();
    expect(breaker.info().retryAt).toBe(60_000);
    const error = new TypeError('retry: what it answers must be a number of ms or a notifier, got "5000"');
    expect(config.onUnhandledError).toHaveBeenCalledExactlyOnceWith(error);
  });

  it('should not be waited for after its own command, also if its notifier speaks at once', () => {
    const breaker = new CircuitBreaker({
      retry: () => {
        breaker.forceOpen();
        return of(1);
      },
    });
    breaker.trip();
    expect(breaker.state).toBe('forced_open');
  });

  it('should be said to be due after how long the circuit was open', () => {
    const scheduler = new ManualScheduler(1_000);
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(10) });
    const signals = collect(breaker.signal$) as Signal[];
    breaker.trip();
    scheduler.pass(10);
    expect(signals.map(({ detail }) => detail)).toStrictEqual(['trip()', 'open for 10 ms']);
  });
});

describe('what users answer', () => {
  it('should be an outcome, if they classify', () => {
    const call = new CircuitBreaker().admit(() => 'sucess' as 'success');
    expect(() => call.next(1)).toThrow(
      new TypeError(`classify: what it returns must be 'success', 'failure', 'ignored' or undefined, got "sucess"`),
    );
  });

  it('should be a verdict, if they decide on a recovery', () => {
    const breaker = new CircuitBreaker({ retry: () => 0, recovery: () => 'closed' as 'close' });
    breaker.trip();
    expect(() => breaker.admit().complete()).toThrow(
      new TypeError(`recovery: what it returns must be 'close', 'reopen' or undefined, got "closed"`),
    );
  });

  it('should be a breaker or options, for an operator', () => {
    expect(() => circuitBreaker('stock' as never)).toThrow(
      new TypeError('circuitBreaker: breaker must be a CircuitBreaker or an object of options, got "stock"'),
    );
  });
});

describe('a watcher', () => {
  it('should not be notified of anything after it has been unsubscribed, not even by RxJS', () => {
    config.onStoppedNotification = vi.fn();
    const breaker = new CircuitBreaker({ retry: never() });
    breaker.signal$.subscribe({ next: () => second.unsubscribe(), error: vi.fn() });
    const second = breaker.signal$.subscribe({ error: vi.fn() });
    breaker.trip();
    // RxJS would tell from a timer.
    return new Promise((resolve) => setTimeout(resolve, 5)).then(() => {
      expect(config.onStoppedNotification).not.toHaveBeenCalled();
      config.onStoppedNotification = null;
    });
  });
});
