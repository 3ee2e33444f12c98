import { NEVER, Observable, of, type SchedulerAction, type Subscription } from 'rxjs';
import { admitAll, circuitBreaker, CircuitBreaker, cooldown, countWindow, type SlidingWindow } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

const broken = new Error('user code is broken');
const breaks = (): never => {
  throw broken;
};

const reported = spyOnReports();

describe('a clock that throws once, when an open circuit is first watched', () => {
  function brokenOnce(): { scheduler: ManualScheduler; breaker: CircuitBreaker } {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(100) });
    breaker.trip();
    vi.spyOn(scheduler, 'now').mockImplementationOnce(breaks);
    return { scheduler, breaker };
  }

  it('should not leave the watcher behind, for whom every later opening would hold a timer', () => {
    const { scheduler, breaker } = brokenOnce();
    breaker.signal$.subscribe({ error: () => undefined }).unsubscribe();
    breaker.reset();
    breaker.trip();
    expect(scheduler.timers).toBe(0);
  });

  it('should make no error of state$, which never errors', () => {
    const { breaker } = brokenOnce();
    expect(collect(breaker.state$)).toStrictEqual(['open']);
    expect(reported.mock.calls.flat()).toStrictEqual([broken]);
  });
});

it('should hear a promise of the retry that is rejected after the window has failed the opening', async () => {
  const rejections = vi.fn();
  process.on('unhandledRejection', rejections);
  const whole = countWindow(100)();
  const window = (): SlidingWindow => ({
    record: (call) => whole.record(call),
    getMetric: (now) => whole.getMetric(now),
    reset: breaks,
  });
  const breaker = new CircuitBreaker({ window, retry: () => Promise.reject(new Error('health check')) });
  expect(() => breaker.trip()).toThrow(broken);
  await new Promise((resolve) => setTimeout(resolve));
  process.off('unhandledRejection', rejections);
  expect(rejections).not.toHaveBeenCalled();
});

describe('a scheduler that throws once in the middle of a wait beyond 2³¹ ms', () => {
  const LONGEST_DELAY = 2 ** 31 - 1;

  it('should be reported, and the probe give its place back', () => {
    const scheduler = new ManualScheduler();
    const probeTimeout = 2 ** 31 + 100;
    const breaker = new CircuitBreaker({ scheduler, retry: () => 0, permit: admitAll(), probeTimeout, maxProbes: 1 });
    breaker.trip();
    breaker.admit();
    vi.spyOn(scheduler, 'schedule').mockImplementationOnce(breaks);
    expect(() => scheduler.pass(LONGEST_DELAY)).not.toThrow();
    expect(reported.mock.calls.flat()).toStrictEqual([broken]);
    scheduler.pass(LONGEST_DELAY);
    expect(breaker.info().inFlight).toBe(0);
  });

  it('should be reported, and the next call find a watched circuit due', () => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler, permit: admitAll(), retry: cooldown(2 ** 31 + 100) });
    breaker.trip();
    collect(breaker.signal$);
    vi.spyOn(scheduler, 'schedule').mockImplementationOnce(breaks);
    expect(() => scheduler.pass(LONGEST_DELAY)).not.toThrow();
    expect(reported.mock.calls.flat()).toStrictEqual([broken]);
    scheduler.pass(LONGEST_DELAY);
    expect(() => breaker.admit()).not.toThrow();
  });
});

describe('a scheduler whose timers throw when they are cancelled', () => {
  class BadlyCancelled extends ManualScheduler {
    override schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
      const timer = super.schedule(work, delay, state);
      timer.add(breaks);
      return timer;
    }
  }

  it('should not keep the place of a probe that has settled', () => {
    const scheduler = new BadlyCancelled();
    const breaker = new CircuitBreaker({ scheduler, retry: () => 0, permit: admitAll(), maxProbes: 1 });
    breaker.trip();
    collect(of(1).pipe(circuitBreaker(breaker)));
    expect(breaker.info().inFlight).toBe(0);
    expect(() => breaker.admit()).not.toThrow();
  });

  it('should not keep the notifier of the next opening from being subscribed', () => {
    const answers = [0, of('well again')];
    const scheduler = new BadlyCancelled();
    const breaker = new CircuitBreaker({ scheduler, retry: () => answers.shift() ?? Infinity, permit: admitAll() });
    breaker.trip();
    breaker.admit();
    try {
      breaker.trip();
    } catch {
      // Whether the command reports it is not the point.
    }
    expect(breaker.info()).toMatchObject({ state: 'half_open', reopens: 1 });
  });

  it('should not keep dispose() from completing the streams', () => {
    const breaker = new CircuitBreaker({ scheduler: new BadlyCancelled(), retry: () => 0, permit: admitAll() });
    breaker.trip();
    NEVER.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
    const received = collect(breaker.signal$);
    try {
      breaker.dispose();
    } catch {
      // As above.
    }
    expect(received).toStrictEqual(['|']);
  });
});

describe('a source that emits more while the breaker reports its end', () => {
  const first = new Error('first');

  it.each<[string, unknown[]]>([
    ['completion', [1, '|']],
    ['error', [1, '#', first]],
  ])('should have its first end passed on, as with other operators: %s', (end, expected) => {
    let sayMore = (): void => undefined;
    const breaker = new CircuitBreaker({ tripper: () => true, listeners: [() => sayMore()] });
    const source$ = new Observable<number>((subscriber) => {
      sayMore = () => {
        subscriber.next(2);
        subscriber.error(new Error('second'));
      };
      subscriber.next(1);
      if (end === 'error') subscriber.error(first);
      else subscriber.complete();
    });
    expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual(expected);
  });
});
