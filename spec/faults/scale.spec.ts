import { config, Observable, of, repeat, retry, take, throwError } from 'rxjs';
import {
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  countWindow,
  errorWhere,
  failureStreak,
  never,
  type Call,
  type CallEvent,
  type CircuitBreakerOptions,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { fail, onEach, succeed } from '../support/script.ts';
import { getCounts } from '../support/counts.ts';

const MILLION = 1_000_000;
const down = new Error('down');
const notFound = new Error('not found');

describe('at scale', { timeout: 60_000 }, () => {
  describe('a million calls in flight', () => {
    /** Each way to end a call, and what it is then. */
    const ends: readonly (readonly [CallEvent['type'], (call: Call<number>) => void])[] = [
      ['success', (call) => call.complete()],
      ['failure', (call) => call.error(down)],
      ['ignored', (call) => call.error(notFound)],
      ['cancelled', (call) => call.unsubscribe()],
      [
        'success',
        (call) => {
          call.next(1);
          call.unsubscribe();
        },
      ],
    ];
    const each = MILLION / ends.length;
    const tracker = errorWhere((error) => error === down);

    it('are all counted, at each stage of their ending, and in the end none is left', () => {
      const breaker = new CircuitBreaker({ window: countWindow(MILLION), tracker, tripper: () => false });
      const received: Record<string, number> = {};
      onEach(breaker.call$, ({ type }) => (received[type] = (received[type] ?? 0) + 1));
      const calls: Call<number>[] = [];
      for (let i = 0; i < MILLION; i++) calls.push(breaker.admit<number>());
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: MILLION, rejected: 0 });

      // Every fifth call ends in the same way, so that those that end are spread over all that are in flight.
      ends.forEach(([, end], stage) => {
        for (let i = stage; i < MILLION; i += ends.length) end(calls[i]!);
        expect(breaker.info().inFlight).toBe(MILLION - (stage + 1) * each);
      });
      // What comes after counts for nothing.
      for (const call of calls) call.error(down);
      expect(getCounts(breaker)).toStrictEqual({ successes: 2 * each, failures: each, inFlight: 0, rejected: 0 });
      expect(received).toStrictEqual({ success: 2 * each, failure: each, ignored: each, cancelled: each });
    });

    it('of an epoch that is over change nothing in the one after it', () => {
      const breaker = new CircuitBreaker({ tracker, tripper: failureStreak(1), retry: never() });
      const calls: Call<number>[] = [];
      for (let i = 0; i < MILLION; i++) calls.push(breaker.admit<number>());
      breaker.forceOpen();
      breaker.reset();
      const call = breaker.admit();
      for (let i = 0; i < MILLION; i++) ends[i % ends.length]![1](calls[i]!);
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 1, rejected: 0 });
      expect(breaker.state).toBe('closed');
      call.error(down);
      expect(breaker.state).toBe('open');
    });
  });

  it('a hundred thousand breakers, one for each key, work each by itself', () => {
    const KEYS = 100_000;
    const options: CircuitBreakerOptions = { tripper: failureStreak(3), retry: never() };
    const breakers = new Map<number, CircuitBreaker>();
    for (let key = 0; key < KEYS; key++) breakers.set(key, new CircuitBreaker({ ...options, name: String(key) }));

    // In rounds over all of them, so that what they share would mix their streaks.
    const broken = (key: number): boolean => key % 7 === 0;
    for (let round = 0; round < 3; round++) {
      for (const [key, breaker] of breakers) (broken(key) ? fail : succeed)(breaker);
    }
    let guarded = 0;
    for (const breaker of breakers.values()) {
      of(1)
        .pipe(circuitBreaker(breaker))
        .subscribe({ next: () => guarded++, error: () => undefined });
    }

    const wrong: unknown[] = [];
    for (const [key, breaker] of breakers) {
      const { name, state, metric, rejected, inFlight } = breaker.info();
      const [openOne, total] = broken(key) ? ['open', 0] : ['closed', 4];
      const right =
        name === String(key) &&
        state === openOne &&
        metric.totalCount === total &&
        metric.failureCount === 0 &&
        rejected === (broken(key) ? 1 : 0) &&
        inFlight === 0;
      if (!right) wrong.push({ key, name, state, metric, rejected, inFlight });
    }
    expect(wrong).toStrictEqual([]);
    expect(guarded).toBe(KEYS - Math.ceil(KEYS / 7));
  });

  describe('ten thousand watchers', () => {
    const WATCHERS = 10_000;

    it('each hear every change while they are there, and none after', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(1_000) });
      const received: string[] = new Array<string>(WATCHERS).fill('');
      const watching = received.map((_, i) =>
        i % 2 === 0
          ? onEach(breaker.state$, (state) => (received[i]! += state.charAt(0)))
          : onEach(breaker.signal$, ({ newState }) => (received[i]! += newState.charAt(0))),
      );
      breaker.trip();
      expect(scheduler.timers).toBe(1);
      // From the middle to both ends, so that it is not always the first or the last who leaves.
      const half = WATCHERS / 2;
      for (let i = 0; i < half; i++) watching[i % 2 === 0 ? half + i : half - i]!.unsubscribe();
      scheduler.pass(1_000);
      for (const watcher of watching) watcher.unsubscribe();
      breaker.trip();
      expect(scheduler.timers).toBe(0);

      const gone = (i: number): boolean => (i >= half ? i % 2 === 0 : i > 0 && (half - i) % 2 === 1);
      const wrong = received.filter((letters, i) => letters !== (i % 2 === 0 ? 'co' : 'o') + (gone(i) ? '' : 'h'));
      expect(wrong).toStrictEqual([]);
    });

    it('that come and go one by one leave no timer behind, and the alarm stays right', () => {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ scheduler, retry: cooldown(WATCHERS) });
      breaker.trip();
      for (let i = 1; i < WATCHERS; i++) {
        const watcher = i % 2 === 0 ? breaker.state$.subscribe() : breaker.signal$.subscribe();
        expect(scheduler.timers).toBe(1);
        scheduler.pass(1);
        if (i % 3 === 0) breaker.state$.pipe(take(1)).subscribe();
        watcher.unsubscribe();
        expect(scheduler.timers).toBe(0);
      }
      expect(breaker.state).toBe('open');
      const received = collect(breaker.state$);
      scheduler.pass(1);
      expect(received).toStrictEqual(['open', 'half_open']);
    });

    it('that leave and come again while a signal is delivered get each signal once', () => {
      const breaker = new CircuitBreaker({ retry: never() });
      let received = 0;
      const come = (): void => {
        onEach(breaker.signal$.pipe(take(1)), () => {
          received++;
          come();
        });
      };
      // Fewer, because each one looks for its place among all.
      for (let i = 0; i < 2_000; i++) come();
      breaker.trip();
      expect(received).toBe(2_000);
      breaker.reset();
      expect(received).toBe(4_000);
    });
  });

  describe('synchronous re-subscription', () => {
    // RxJS re-subscribes from within the subscription before, and here its own stack ends before 4,000 of them.
    const TIMES = 2_000;

    it('2,000 times by `repeat` and `retry`, as RxJS does it without a breaker', () => {
      const breaker = new CircuitBreaker({ window: countWindow(TIMES), tripper: () => false });
      expect(collect(of(1).pipe(repeat(TIMES)))).toHaveLength(TIMES + 1);
      expect(collect(of(1).pipe(circuitBreaker(breaker), repeat(TIMES)))).toHaveLength(TIMES + 1);
      expect(getCounts(breaker)).toMatchObject({ successes: TIMES, failures: 0, inFlight: 0 });
      const failing$ = throwError(() => down).pipe(circuitBreaker(breaker), retry(TIMES - 1));
      expect(collect(failing$)).toStrictEqual(['#', down]);
      expect(getCounts(breaker)).toMatchObject({ successes: 0, failures: TIMES, inFlight: 0 });
    });

    it('500 times from within the completion, each call settled before the next begins', () => {
      const breaker = new CircuitBreaker({ window: countWindow(TIMES) });
      let mostInFlight = 0;
      let left = 500;
      const source$ = new Observable<number>((subscriber) => {
        mostInFlight = Math.max(mostInFlight, breaker.info().inFlight);
        subscriber.complete();
      }).pipe(circuitBreaker(breaker));
      const again = (): void => {
        if (left-- > 0) source$.subscribe({ error: () => undefined, complete: again });
      };
      again();
      expect(left).toBe(-1);
      expect(mostInFlight).toBe(1);
      expect(getCounts(breaker)).toMatchObject({ successes: 500, inFlight: 0 });
    });
  });
});

it('should still signal changes after the stack has run out in the middle of one', () => {
  // What is thrown then may be reported, or not even that.
  config.onUnhandledError = () => undefined;
  const received: State[] = [];
  const breaker = new CircuitBreaker({ retry: never(), listeners: [({ newState }) => void received.push(newState)] });
  const flip = (): void => {
    try {
      if (breaker.state === 'closed') breaker.trip();
      else breaker.reset();
    } catch {
      // There is no stack for it.
    }
  };
  // On the way back there is a little more stack each time, so that it runs out in every line of the breaker.
  const descend = (): void => {
    try {
      descend();
    } finally {
      flip();
    }
  };
  expect(descend).toThrow(RangeError);
  config.onUnhandledError = null;

  breaker.disable();
  received.length = 0;
  breaker.trip();
  breaker.reset();
  expect(received).toStrictEqual(['open', 'closed']);
});
