import { config, defer, EMPTY, finalize, map, NEVER, Observable, of, queueScheduler, Subject, throwError } from 'rxjs';
import {
  byTripper,
  always,
  backoff,
  CircuitBreaker,
  cooldown,
  countWindow,
  failureStreak,
  never,
  retryIf,
  type CallNotPermittedError,
  type CircuitBreakerOptions,
  type Opening,
  type Retry,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { marbles } from '../support/marbles.ts';
import { fail, onEach, runScript, stateAt, states, succeed } from '../support/script.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

const metric = new CircuitBreaker().info().metric;

/** What a retry returns at an opening. */
function answer(retry: Retry, reopens: number, random = 0.5): unknown {
  const opening = { changedAt: 0, cause: undefined, metric, scheduler: new ManualScheduler() };
  return retry({ ...opening, reopens, random: () => random });
}

describe('retry', () => {
  const reported = spyOnReports();

  describe('is asked once for each opening', () => {
    it('however it is watched, called, or read', () => {
      const retry = vi.fn(() => 1_000);
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ retry, scheduler });
      expect(retry).not.toHaveBeenCalled();
      breaker.trip();
      collect(breaker.state$);
      collect(breaker.signal$);
      for (let calls = 0; calls < 5; calls++) expect(() => breaker.admit()).toThrow('open');
      breaker.info();
      scheduler.pass(999);
      expect(() => breaker.admit()).toThrow('open');
      expect(retry).toHaveBeenCalledTimes(1);
      scheduler.pass(1);
      expect(breaker.state).toBe('half_open');
      breaker.trip();
      expect(retry).toHaveBeenCalledTimes(2);
    });

    it('with when, how often, why, and what the breaker draws and measures by', () => {
      const openings: Opening[] = [];
      const scheduler = new ManualScheduler(40);
      const random = (): number => 0.25;
      const tripper = failureStreak(2);
      const breaker = new CircuitBreaker({
        scheduler,
        random,
        tripper,
        retry: (opening) => {
          openings.push(opening);
          return 0;
        },
      });
      const signals = collect(breaker.signal$);
      const down = new Error('down');
      scheduler.pass(2);
      fail(breaker);
      fail(breaker, down);
      expect(openings[0]).toMatchObject({ changedAt: 42, reopens: 0, cause: down, scheduler, random });
      expect(openings[0]?.metric).toMatchObject({ totalCount: 2, failureCount: 2 });
      expect(signals[0]).toMatchObject({ metric: openings[0]?.metric });

      scheduler.pass(5);
      breaker.trip();
      expect(openings[1]).toMatchObject({ changedAt: 47, reopens: 1, cause: undefined });
      expect(openings).toHaveLength(2);
    });

    it('so jitter is drawn once', () => {
      const random = vi.fn(() => 0);
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ retry: cooldown(1_000, { jitter: 0.5 }), random, scheduler });
      breaker.trip();
      for (let calls = 0; calls < 100; calls++) expect(() => breaker.admit()).toThrow('open');
      collect(breaker.state$);
      expect(breaker.info().retryAt).toBe(500);
      expect(random).toHaveBeenCalledTimes(1);
    });
  });

  describe('jitter', () => {
    it.each([
      [0, 500],
      [0.25, 750],
      [0.5, 1_000],
      [0.75, 1_250],
    ])('is `wait × (1 + jitter × (2 × random() − 1))`: random() = %d', (random, wait) => {
      expect(answer(cooldown(1_000, { jitter: 0.5 }), 0, random)).toBe(wait);
      expect(answer(backoff({ initial: 1_000, jitter: 0.5 }), 0, random)).toBe(wait);
    });

    it('is none by default, and draws nothing then', () => {
      const random = vi.fn(() => 0);
      const breaker = new CircuitBreaker({ retry: cooldown(1_000), random });
      breaker.trip();
      expect(random).not.toHaveBeenCalled();
    });
  });

  describe('backoff', () => {
    it('is `min(max, initial × multiplier^reopens)`', () => {
      const waits = [0, 1, 2, 3, 4].map((reopens) =>
        answer(backoff({ initial: 10, multiplier: 3, max: 500 }), reopens),
      );
      expect(waits).toStrictEqual([10, 30, 90, 270, 500]);
    });

    it('doubles, up to 300_000 ms, unless set otherwise', () => {
      const waits = [0, 1, 9, 10].map((reopens) => answer(backoff({ initial: 500 }), reopens));
      expect(waits).toStrictEqual([500, 1_000, 256_000, 300_000]);
    });

    it('then jitter, then again at most `max`', () => {
      const retry = backoff({ initial: 100, max: 400, jitter: 0.5 });
      // From `max`, not from what the power would have been.
      expect(answer(retry, 10, 0)).toBe(200);
      expect(answer(retry, 10, 0.75)).toBe(400);
      expect(answer(retry, 1, 0.75)).toBe(250);
    });

    it.each([64, 1_024, 100_000, Number.MAX_SAFE_INTEGER])('for any number of reopens: %i', (reopens) => {
      expect(answer(backoff({ initial: 10, max: 5_000 }), reopens)).toBe(5_000);
      expect(answer(backoff({ initial: 10, multiplier: 1, max: 5_000 }), reopens)).toBe(10);
      expect(answer(backoff({ initial: 10, max: 5_000, jitter: 1 }), reopens, 0.25)).toBe(2_500);
    });

    it(
      'grows with each reopening, and starts again once closed',
      marbles((m) => {
        const retry = backoff({ initial: 2 });
        const breaker = new CircuitBreaker({ tripper: failureStreak(1), recovery: byTripper(), retry });
        const calls = '-f--f----f--------s--f---';
        const state = 'co-ho---ho-------hc--o-h-';

        runScript(m, calls, { f: () => fail(breaker), s: () => succeed(breaker) });
        m.expect(breaker.state$).toBeObservable(state, states);
      }),
    );
  });

  describe('a number is the ms to stay open', () => {
    it(
      'the due moment is checked at each call: not a millisecond before',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: cooldown(10) });
        const calls = 't 8ms a';
        const read = ' - 9ms r';
        const state = '- 9ms o';

        runScript(m, calls, { t: () => breaker.trip(), a: () => expect(() => breaker.admit()).toThrow('after 1 ms') });
        m.expect(stateAt(m, read, breaker)).toBeObservable(state, states);
      }),
    );

    it.each([0, 1])('the due moment is checked at each call: on time and %i ms after it', (late) => {
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: cooldown(10) });
        const calls = `t ${String(9 + late)}ms a`;
        const read = ` - ${String(9 + late)}ms r`;
        const state = `- ${String(9 + late)}ms h`;

        runScript(m, calls, { t: () => breaker.trip(), a: () => void breaker.admit() });
        m.expect(stateAt(m, read, breaker)).toBeObservable(state, states);
      })();
    });

    it(
      '0 is due at once: at the next call',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: always() });
        const calls = '-t-----(ar)';
        const read = ' -r--r--r---';
        const state = '-o--o--h---';

        runScript(m, calls, { t: () => breaker.trip(), a: () => void breaker.admit() });
        m.expect(stateAt(m, read, breaker)).toBeObservable(state, states);
      }),
    );

    it(
      '0 is due at once: in the same millisecond',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: always() });
        runScript(m, '-t', {
          t: () => {
            breaker.trip();
            breaker.admit();
            expect(breaker.state).toBe('half_open');
          },
        });
      }),
    );

    it('0 is due at once: while watched, when the scheduler next runs', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ retry: always(), scheduler });
      const received = collect(breaker.state$);
      breaker.trip();
      expect(received).toStrictEqual(['closed', 'open']);
      scheduler.pass(0);
      expect(received).toStrictEqual(['closed', 'open', 'half_open']);
    });

    it('0 is due at once: while watched, also on a scheduler that runs at once', () => {
      const breaker = new CircuitBreaker({ retry: always(), scheduler: queueScheduler });
      const received = collect(breaker.state$);
      breaker.trip();
      expect(received).toStrictEqual(['closed', 'open', 'half_open']);
    });

    it(
      '`Infinity` is never',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: never() });
        const calls = 't 100d a';
        const state = 'o       ';
        breaker.trip();
        runScript(m, calls, { a: () => expect(() => breaker.admit()).toThrow('open') });
        m.expect(breaker.state$).toBeObservable(state, states);
      }),
    );

    it(
      'waits beyond 2³¹ ms work',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: cooldown(2 ** 31) });
        const commands = '-t';
        const signals = ' -o 2147483647ms h';
        runScript(m, commands, { t: () => breaker.trip() });
        m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      }),
    );

    it.each([2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 33 + 5])('a wait of %i ms is kept to the millisecond', (wait) => {
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: () => wait });
        breaker.trip();
        m.expect(breaker.state$).toBeObservable(`o ${String(wait - 1)}ms h`, states);
      })();
    });
  });

  it('no scheduler is asked for more than the 2³¹ − 1 ms that timers can keep', () => {
    const scheduler = new ManualScheduler();
    const schedule = vi.spyOn(scheduler, 'schedule');
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(2 ** 32) });
    const received = collect(breaker.state$);
    breaker.trip();
    scheduler.pass(2 ** 32 - 1);
    expect(received).toStrictEqual(['closed', 'open']);
    scheduler.pass(1);
    expect(received).toStrictEqual(['closed', 'open', 'half_open']);
    expect(Math.max(...schedule.mock.calls.map(([, delay = 0]) => delay))).toBe(2 ** 31 - 1);
    expect(scheduler.timers).toBe(0);
  });

  describe('a notifier', () => {
    it(
      'is subscribed while the circuit is open: its first value makes it half-open there and then',
      marbles((m) => {
        const health$ = m.cold('   ----v--v--v--');
        const subscription = '     --^---!------';
        const commands = '         --t----------';
        const signals = '          --o---h------';
        const breaker = new CircuitBreaker({ retry: () => health$ });

        runScript(m, commands, { t: () => breaker.trip() });
        m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
        m.expect(health$).toHaveSubscriptions(subscription);
      }),
    );

    it(
      'counts whether watched or not',
      marbles((m) => {
        const health$ = m.cold('  ---v');
        const commands = '        -t------';
        const read = '            -r-r-r--';
        const state = '           -o-o-h--';
        const breaker = new CircuitBreaker({ retry: () => health$ });

        runScript(m, commands, { t: () => breaker.trip() });
        m.expect(stateAt(m, read, breaker)).toBeObservable(state, states);
      }),
    );

    it(
      'is unsubscribed when a command ends the opening, and subscribed again at the next',
      marbles((m) => {
        const health$ = m.cold('    -----v');
        const first = '             -^--!-----';
        const second = '            ------^-!-';
        const commands = '          -t--r-t-f-';
        const state = '             co--c-o-f-';
        const breaker = new CircuitBreaker({ retry: () => health$ });

        runScript(m, commands, { t: () => breaker.trip(), r: () => breaker.reset(), f: () => breaker.forceOpen() });
        m.expect(breaker.state$).toBeObservable(state, states);
        m.expect(health$).toHaveSubscriptions([first, second]);
      }),
    );

    it(
      'that completes without a value means never',
      marbles((m) => {
        const health$ = m.cold('---|   ');
        const breaker = new CircuitBreaker({ retry: () => health$ });
        const calls = ' 10d a';
        const state = ' o';
        breaker.trip();
        runScript(m, calls, { a: () => expect(() => breaker.admit()).toThrow(/not permitted$/) });
        m.expect(breaker.state$).toBeObservable(state, states);
        m.flush();
        expect(reported).not.toHaveBeenCalled();
      }),
    );

    it(
      'that errors is reported, and from then on the wait is 60 s',
      marbles((m) => {
        const broken = new Error('health check broken');
        const health$ = m.cold('---#', undefined, broken);
        const state = '         o-- 59999ms -h';
        const breaker = new CircuitBreaker({ retry: () => health$ });
        breaker.trip();
        m.expect(breaker.state$).toBeObservable(state, states);
        m.flush();
        expect(reported.mock.calls).toStrictEqual([[broken]]);
      }),
    );

    it(
      'that errors: the next call is a probe 60 s later, not a millisecond before, and rejections have it as `retryAfter`',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: () => m.cold('---#') });
        breaker.trip();
        const rejected: unknown[] = [];
        const call = (): void => {
          breaker.admit().unsubscribe();
        };
        const attempt = (): void => {
          try {
            call();
          } catch (error) {
            rejected.push((error as CallNotPermittedError).retryAfter);
          }
        };
        onEach(m.cold('a---a 59997ms aa'), attempt);
        m.flush();
        expect(rejected).toStrictEqual([undefined, 59_999, 1]);
        expect(breaker.state).toBe('half_open');
      }),
    );

    it('is reported to the console without a `config.onUnhandledError`', () => {
      config.onUnhandledError = null;
      const broken = new Error('health check broken');
      const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      new CircuitBreaker({ retry: () => throwError(() => broken) }).trip();
      expect(logged.mock.calls).toStrictEqual([[broken]]);
    });

    it('may emit at once: open and half-open are both signalled, in order', () => {
      const breaker = new CircuitBreaker({ retry: () => of(1, 2, 3) });
      const received = collect(breaker.signal$.pipe(map(({ newState, reason }) => `${newState}: ${reason}`)));
      breaker.trip();
      expect(received).toStrictEqual(['open: manual', 'half_open: retry']);
    });

    it('may complete or fail at once', () => {
      const silent = new CircuitBreaker({ retry: () => EMPTY });
      silent.trip();
      expect(silent.state).toBe('open');
      const retry = (): Observable<never> => throwError(() => new Error('broken'));
      const broken = new CircuitBreaker({ retry, scheduler: new ManualScheduler() });
      broken.trip();
      expect(broken.state).toBe('open');
      expect(broken.info().retryAt).toBe(broken.info().changedAt + 60_000);
    });

    it('may be a promise', async () => {
      const breaker = new CircuitBreaker({ retry: () => Promise.resolve('well again') });
      breaker.trip();
      expect(breaker.state).toBe('open');
      await Promise.resolve();
      expect(breaker.state).toBe('half_open');
    });

    it('may be a promise that is rejected, which is reported, and from then on the wait is 60 s', async () => {
      const broken = new Error('broken');
      const breaker = new CircuitBreaker({ retry: () => Promise.reject(broken), scheduler: new ManualScheduler(5) });
      breaker.trip();
      await Promise.resolve();
      expect(breaker.info()).toMatchObject({ state: 'open', retryAt: 60_005 });
      expect(reported.mock.calls).toStrictEqual([[broken]]);
    });

    it('may be rejected too late to matter', async () => {
      const rejections = vi.fn();
      process.on('unhandledRejection', rejections);
      const breaker = new CircuitBreaker({ retry: () => Promise.reject(new Error('broken')) });
      breaker.trip();
      breaker.reset();
      await new Promise((resolve) => setTimeout(resolve));
      process.off('unhandledRejection', rejections);
      expect(breaker.state).toBe('closed');
      expect(rejections).not.toHaveBeenCalled();
    });

    it('may be rejected after its own command, and ends no process', async () => {
      const rejections = vi.fn();
      process.on('unhandledRejection', rejections);
      const breaker = new CircuitBreaker({
        retry: () => {
          breaker.forceOpen();
          return Promise.reject(new Error('broken'));
        },
      });
      breaker.trip();
      await new Promise((resolve) => setTimeout(resolve));
      process.off('unhandledRejection', rejections);
      expect(breaker.state).toBe('forced_open');
      expect(rejections).not.toHaveBeenCalled();
    });

    it('whose teardown throws is reported, and the circuit moves on', () => {
      const broken = new Error('teardown');
      const health$ = new Subject<void>();
      const breaker = new CircuitBreaker({
        retry: () =>
          new Observable<void>((subscriber) => {
            const subscription = health$.subscribe(subscriber);
            return () => {
              subscription.unsubscribe();
              throw broken;
            };
          }),
      });
      breaker.trip();
      expect(() => breaker.reset()).not.toThrow();
      expect(breaker.state).toBe('closed');
      expect(reported).toHaveBeenCalledOnce();
      breaker.trip();
      expect(() => health$.next()).not.toThrow();
      expect(breaker.state).toBe('half_open');
      expect(reported).toHaveBeenCalledTimes(2);
    });

    it('whose teardown uses a command has the last word', () => {
      const breaker = new CircuitBreaker({
        retry: () => new Observable<void>(() => () => breaker.disable()),
      });
      breaker.trip();
      const received = collect(breaker.state$);
      breaker.reset();
      expect(received).toStrictEqual(['open', 'closed', 'disabled']);
    });

    it('of an opening that is over has nothing to say', () => {
      let speak = (): void => undefined;
      const breaker = new CircuitBreaker({
        retry: () =>
          new Observable<void>((subscriber) => {
            speak = () => subscriber.next();
          }),
      });
      breaker.trip();
      const late = speak;
      breaker.reset();
      breaker.trip();
      late();
      expect(breaker.state).toBe('open');
      speak();
      expect(breaker.state).toBe('half_open');
    });

    it('has no known moment', () => {
      const breaker = new CircuitBreaker({ retry: () => NEVER });
      breaker.trip();
      expect(breaker.info().retryAt).toBeUndefined();
    });
  });

  describe('a retry that throws, or returns NaN or a negative number, is reported, and the wait is 60 s', () => {
    const broken: [string, Retry][] = [
      [
        'throws',
        () => {
          throw new Error('retry');
        },
      ],
      ['returns NaN', () => NaN],
      ['returns −1', () => -1],
      ['returns −Infinity', () => -Infinity],
      ['returns undefined', (() => undefined) as unknown as Retry],
      ['draws from a broken random', cooldown(10, { jitter: 1 })],
    ];

    it.each(broken)('%s', (_, retry) => {
      marbles((m) => {
        const random = (): number => {
          throw new Error('random');
        };
        const breaker = new CircuitBreaker({ retry, random });
        const commands = '-t';
        const state = '   co 59s 999ms h';
        runScript(m, commands, { t: () => breaker.trip() });
        m.expect(breaker.state$).toBeObservable(state, states);
        m.flush();
        expect(reported).toHaveBeenCalledOnce();
        expect(reported.mock.lastCall?.[0]).toBeInstanceOf(Error);
      })();
    });
  });

  describe('retryIf', () => {
    it(
      'is asked every so often on the scheduler, once the first while is over',
      marbles((m) => {
        const breaker = new CircuitBreaker({ retry: retryIf(() => answers.shift() ?? false, { every: 3 }) });
        const answers = [false, false, true];
        const commands = '-t------------';
        const state = '   co--------h---';
        runScript(m, commands, { t: () => breaker.trip() });
        m.expect(breaker.state$).toBeObservable(state, states);
      }),
    );

    it('is asked every second by default, about the opening, and no more once it is over', () => {
      const scheduler = new ManualScheduler();
      const predicate = vi.fn((_opening: Opening) => false);
      const options: CircuitBreakerOptions = { scheduler, retry: retryIf(predicate) };
      const breaker = new CircuitBreaker(options);
      breaker.trip();
      scheduler.pass(999);
      expect(predicate).not.toHaveBeenCalled();
      scheduler.pass(1);
      expect(predicate).toHaveBeenCalledTimes(1);
      expect(predicate.mock.lastCall?.[0]).toMatchObject({ changedAt: 0, reopens: 0, scheduler });
      scheduler.pass(2_000);
      expect(predicate).toHaveBeenCalledTimes(3);
      breaker.reset();
      scheduler.pass(10_000);
      expect(predicate).toHaveBeenCalledTimes(3);
      expect(scheduler.timers).toBe(0);
    });

    it.each<[string, () => boolean | Promise<boolean> | Observable<boolean>]>([
      ['returns false', () => false],
      [
        'throws',
        () => {
          throw new Error('check');
        },
      ],
      ['is an Observable of false', () => of(false)],
      ['is an Observable that errors', () => throwError(() => new Error('check'))],
      ['is an Observable that completes', () => EMPTY],
    ])('means not yet if the check %s, and that is no error to report', (_, check) => {
      const scheduler = new ManualScheduler();
      let healthy = false;
      const retry = retryIf(() => (healthy ? true : check()), { every: 100 });
      const breaker = new CircuitBreaker({ scheduler, retry });
      breaker.trip();
      scheduler.pass(1_000);
      expect(breaker.state).toBe('open');
      healthy = true;
      scheduler.pass(100);
      expect(breaker.state).toBe('half_open');
      expect(reported).not.toHaveBeenCalled();
      expect(scheduler.timers).toBe(0);
    });

    it.each([
      ['false', () => Promise.resolve(false)],
      ['a rejection', () => Promise.reject(new Error('check'))],
    ])('means not yet if the check is a promise of %s', async (_, check) => {
      const scheduler = new ManualScheduler();
      let healthy = false;
      const asked = vi.fn(() => (healthy ? Promise.resolve(true) : check()));
      const breaker = new CircuitBreaker({ scheduler, retry: retryIf(asked, { every: 100 }) });
      breaker.trip();
      scheduler.pass(100);
      await new Promise(setImmediate);
      expect(breaker.state).toBe('open');
      healthy = true;
      scheduler.pass(100);
      await new Promise(setImmediate);
      expect(asked).toHaveBeenCalledTimes(2);
      expect(breaker.state).toBe('half_open');
      expect(reported).not.toHaveBeenCalled();
    });

    it(
      'never runs two checks at once',
      marbles((m) => {
        let running = 0;
        let most = 0;
        const check$ = defer(() => {
          most = Math.max(most, ++running);
          return m.cold('---------(n|)', { n: false }).pipe(finalize(() => running--));
        });
        const breaker = new CircuitBreaker({ retry: retryIf(() => check$, { every: 2, max: 100 }) });
        breaker.trip();
        m.expect(breaker.state$).toBeObservable('o 99ms h', states);
        m.flush();
        expect(most).toBe(1);
        expect(running).toBe(0);
      }),
    );

    it.each([
      ['by default after 300_000 ms', undefined, 300_000],
      ['after `max` ms', 50, 50],
    ])('goes half-open %s at the latest', (_, max, due) => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler, retry: retryIf(() => false, { max }) });
      breaker.trip();
      scheduler.pass(due - 1);
      expect(breaker.state).toBe('open');
      scheduler.pass(1);
      expect(breaker.state).toBe('half_open');
      expect(scheduler.timers).toBe(0);
    });
  });

  describe('whole ms', () => {
    it.each<[string, Retry, number, number]>([
      ['cooldown(10, { jitter: 0.26 })', cooldown(10, { jitter: 0.26 }), 0.75, 12],
      ['cooldown(0.5)', cooldown(0.5), 0, 1],
      ['backoff', backoff({ initial: 10, jitter: 0.26 }), 0.75, 12],
      ['backoff at its max', backoff({ initial: 10, multiplier: 2, max: 10.5, jitter: 0.9 }), 0.99, 11],
      ['a retry of your own', () => 10.2, 0, 11],
    ])('are rounded up last of all: %s', (_, retry, random, wait) => {
      const breaker = new CircuitBreaker({ retry, random: () => random, scheduler: new ManualScheduler() });
      breaker.trip();
      expect(breaker.info().retryAt).toBe(wait);
      expect(() => breaker.admit()).toThrow(`after ${String(wait)} ms`);
    });

    it('`retryAfter` too, where the clock has fractions', () => {
      const scheduler = new ManualScheduler(0.25);
      const breaker = new CircuitBreaker({ retry: cooldown(10), scheduler });
      breaker.trip();
      scheduler.pass(3.5);
      expect(() => breaker.admit()).toThrow('after 7 ms');
    });
  });

  it('is seen in the past by info() of an open circuit whose wait is over', () => {
    const scheduler = new ManualScheduler(1_000);
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(10) });
    breaker.trip();
    scheduler.pass(50);
    expect(breaker.info()).toMatchObject({ state: 'open', retryAt: 1_010 });
  });

  it('leaves no subscription to its notifier if it gives a command itself', () => {
    const torn = vi.fn();
    const breaker = new CircuitBreaker({
      retry: () => {
        breaker.forceOpen();
        return NEVER.pipe(finalize(torn));
      },
    });
    breaker.trip();
    expect(breaker.state).toBe('forced_open');
    expect(torn).toHaveBeenCalledTimes(1);
  });

  it('is of no consequence if its opening never came about, though its notifier emits at once', () => {
    const plain = countWindow(20);
    const breaker: CircuitBreaker = new CircuitBreaker({
      retry: () => of('well again'),
      // A command in the middle of the transition is the later word.
      window: () => Object.assign(plain(), { reset: () => breaker.forceOpen() }),
    });
    const seen = collect(breaker.state$);
    breaker.trip();
    expect(seen).toStrictEqual(['closed', 'forced_open']);
  });
});
