import {
  asapScheduler,
  concat,
  config,
  defer,
  finalize,
  from,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  scheduled,
} from 'rxjs';
import { Subject, take, tap, throwError, toArray, type Observer } from 'rxjs';
import {
  CircuitBreaker,
  circuitBreaker,
  countWindow,
  failureStreak,
  type CircuitBreakerOptions,
  type Classifier,
  type SlidingWindow,
} from 'rxjs-fluxgate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getCallTypes } from '../support/get-call-types.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts, nothing } from '../support/counts.ts';

const boom = new Error('boom');
const broken = new Error('user code is broken');
const breaks = (): never => {
  throw broken;
};

/** A window with one method that throws while `when()` is true. */
function brokenWindow(method: keyof SlidingWindow, when = () => true): () => SlidingWindow {
  return () => {
    const window = countWindow(100)();
    return new Proxy(window, {
      get: (target, key) => {
        if (key === method && when()) return breaks;
        const member: unknown = Reflect.get(target, key);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  };
}

afterEach(() => {
  config.onUnhandledError = null;
});

describe('transparency', () => {
  it.each(['-a-b-c|', '---(a|)', '-a-(bcd)-|', '(abc|)', '|', '---|', '-a-b-#', '#', '-(ab#)', '-------', '-a-----'])(
    'values, their order and timing, the error and completion pass unchanged: %s',
    (diagram) => {
      marbles((m) => {
        const source$ = m.cold(diagram, undefined, boom);
        const guarded$ = source$.pipe(circuitBreaker(new CircuitBreaker()));
        const classified$ = source$.pipe(circuitBreaker(new CircuitBreaker(), { classify: () => 'failure' }));
        m.expect(guarded$).toBeObservable(diagram, undefined, boom);
        m.expect(classified$).toBeObservable(diagram, undefined, boom);
      })();
    },
  );

  it.each(['closed', 'half_open', 'metrics_only', 'disabled'] as const)('in every state that admits: %s', (state) => {
    marbles((m) => {
      const breaker = state === 'half_open' ? halfOpenBreaker() : new CircuitBreaker();
      if (state === 'metrics_only') breaker.metricsOnly();
      if (state === 'disabled') breaker.disable();
      const source$ = m.cold('-a-(bc)-#', undefined, boom);
      const subs = '          ^-------!';
      const expected = '      -a-(bc)-#';

      expect(breaker.state).toBe(state);
      m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected, undefined, boom);
      m.expect(source$).toHaveSubscriptions(subs);
    })();
  });

  it('while disabled nothing of the user’s is asked, so that nothing of it can break the call', () => {
    const breaker = new CircuitBreaker({ tracker: breaks, tripper: breaks, window: brokenWindow('record') });
    breaker.disable();
    const guarded$ = of(1).pipe(circuitBreaker(breaker, { classify: breaks }));
    expect(collect(guarded$)).toStrictEqual([1, '|']);
    const [mark, error] = collect(throwError(() => boom).pipe(circuitBreaker(breaker)));
    expect(mark).toBe('#');
    expect(error).toBe(boom);
  });

  it.each([[new Error('boom')], [undefined], [null], ['text'], [Object.freeze({ status: 500 })]])(
    'the error object passes unchanged: %o',
    (error) => {
      const [mark, got] = collect(throwError(() => error).pipe(circuitBreaker(new CircuitBreaker())));
      expect(mark).toBe('#');
      expect(got).toBe(error);
    },
  );

  it('value objects pass unchanged', () => {
    const value = Object.freeze({ nested: {} });
    expect(collect(of(value).pipe(circuitBreaker(new CircuitBreaker())))[0]).toBe(value);
  });

  it('in the same tick', () => {
    const source$ = new Subject<number>();
    const log = collect(source$.pipe(circuitBreaker(new CircuitBreaker())));
    source$.next(1);
    expect(log).toStrictEqual([1]);
    source$.complete();
    expect(log).toStrictEqual([1, '|']);
  });

  it('exactly one source subscription a call', () => {
    let subscriptions = 0;
    const source$ = defer(() => {
      subscriptions++;
      return of(1);
    });
    const guarded$ = source$.pipe(circuitBreaker(new CircuitBreaker()));
    expect(subscriptions).toBe(0);
    collect(guarded$);
    expect(subscriptions).toBe(1);
    collect(guarded$);
    expect(subscriptions).toBe(2);
  });

  it(
    'unsubscribing tears the source down at once',
    marbles((m) => {
      const source$ = m.cold('--a--b--|');
      const subs = '          ^---!    ';
      const expected = '      --a--    ';

      m.expect(source$.pipe(circuitBreaker(new CircuitBreaker())), subs).toBeObservable(expected);
      m.expect(source$).toHaveSubscriptions(subs);
    }),
  );

  it('also from inside a synchronous source: take', () => {
    const effects: number[] = [];
    const source$ = new Observable<number>((subscriber) => {
      for (let i = 0; i < 10 && !subscriber.closed; i++) {
        effects.push(i);
        subscriber.next(i);
      }
      effects.push(subscriber.closed ? -1 : -2);
    });
    expect(collect(source$.pipe(circuitBreaker(new CircuitBreaker()), take(3)))).toStrictEqual([0, 1, 2, '|']);
    expect(effects).toStrictEqual([0, 1, 2, -1]);
  });

  it('also from inside a synchronous source: its teardown has run when the consumer’s next returns', () => {
    const log: string[] = [];
    const source$ = new Observable<number>((subscriber) => {
      subscriber.add(() => log.push('torn down'));
      subscriber.next(1);
      log.push('goes on');
    });
    collect(source$.pipe(circuitBreaker(new CircuitBreaker()), take(1)));
    expect(log).toStrictEqual(['torn down', 'goes on']);
  });

  interface Breakage {
    readonly part: string;
    readonly options?: CircuitBreakerOptions;
    readonly classify?: Classifier<unknown>;
    readonly says: (source: Observer<number>) => void;
  }

  // Each breaks where it is asked first, on a call in flight.
  const breakages: Breakage[] = [
    { part: 'classifier', classify: breaks, says: (source) => source.next(1) },
    { part: 'tracker', options: { tracker: breaks }, says: (source) => source.error(boom) },
    { part: 'tripper', options: { tripper: breaks }, says: (source) => source.complete() },
    { part: 'tripper, of a failure', options: { tripper: breaks }, says: (source) => source.error(boom) },
    {
      part: 'tripper, of a value',
      options: { tripper: breaks },
      classify: () => 'success',
      says: (source) => source.next(1),
    },
    { part: 'window: record', options: { window: brokenWindow('record') }, says: (source) => source.complete() },
  ];

  describe('an error thrown by a user’s', () => {
    it.each(breakages)('$part reaches that subscriber’s error channel', ({ options, classify, says }) => {
      const breaker = new CircuitBreaker(options);
      const source$ = new Subject<number>();
      const log = collect(source$.pipe(circuitBreaker(breaker, { classify })));
      const other = collect(NEVER.pipe(circuitBreaker(breaker)));
      says(source$);
      expect(log).toStrictEqual(['#', broken]);
      expect(log[1]).toBe(broken);
      expect(other).toStrictEqual([]);
    });

    it.each(breakages)('$part: the source is torn down', ({ options, classify, says }) => {
      let tornDown = 0;
      let source: Observer<number> | undefined;
      const source$ = new Observable<number>((subscriber) => {
        source = subscriber;
        return () => tornDown++;
      });
      collect(source$.pipe(circuitBreaker(new CircuitBreaker(options), { classify })));
      if (source) says(source);
      expect(tornDown).toBe(1);
    });

    it.each(breakages)('$part: the place is given back', ({ part, options, classify, says }) => {
      const closed = new CircuitBreaker(options);
      const probing = halfOpenBreaker({
        maxProbes: 1,
        ...options,
        ...(part.startsWith('tripper') && {
          recovery: (context, tripper) => (tripper.test(context) ? 'reopen' : 'close'),
        }),
      });
      for (const breaker of [closed, probing]) {
        const source$ = new Subject<number>();
        collect(source$.pipe(circuitBreaker(breaker, { classify })));
        expect(breaker.info().inFlight).toBe(1);
        says(source$);
        expect(breaker.info().inFlight).toBe(0);
        expect(() => breaker.admit()).not.toThrow();
      }
    });

    it('recovery reaches that subscriber’s error channel, and the place is given back', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1, recovery: breaks });
      const log = collect(of(1).pipe(circuitBreaker(breaker)));
      expect(log).toStrictEqual([1, '#', broken]);
      expect(breaker.info().inFlight).toBe(0);
      expect(() => breaker.admit()).not.toThrow();
    });

    it('recovery: an answer that is none is an error too', () => {
      const breaker = halfOpenBreaker({ recovery: () => 'maybe' as 'close' });
      const log = collect(of(1).pipe(circuitBreaker(breaker)));
      expect(log).toStrictEqual([1, '#', expect.any(TypeError)]);
      expect(breaker.state).toBe('half_open');
    });

    it.each(['maybe', true, 1, null, {}])('classifier: an answer that is none is an error too: %o', (answer) => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      let tornDown = false;
      const source$ = concat(of(1), NEVER).pipe(finalize(() => (tornDown = true)));
      const log = collect(source$.pipe(circuitBreaker(breaker, { classify: () => answer as 'success' })));
      expect(log).toStrictEqual(['#', expect.any(TypeError)]);
      expect(tornDown).toBe(true);
      expect(getCounts(breaker)).toStrictEqual(nothing);
    });

    it('permit reaches that subscriber’s error channel', () => {
      const breaker = halfOpenBreaker({ permit: breaks });
      const log = collect(of(1).pipe(circuitBreaker(breaker)));
      expect(log[1]).toBe(broken);
    });

    it.each(['getMetric', 'reset'] as const)(
      'window (%s) reaches that subscriber’s error channel at admission',
      (method) => {
        let armed = false;
        const breaker = new CircuitBreaker({ retry: () => 0, window: brokenWindow(method, () => armed) });
        breaker.trip();
        armed = true;
        expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', broken]);
        armed = false;
        expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
        expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
      },
    );

    it.each(['getMetric', 'reset'] as const)(
      'window (%s) reaches that subscriber’s error channel at settling',
      (method) => {
        let armed = true;
        const breaker = new CircuitBreaker({ tripper: failureStreak(1), window: brokenWindow(method, () => armed) });
        expect(collect(throwError(() => boom).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', broken]);
        armed = false;
        expect(breaker.info().inFlight).toBe(0);
        expect(breaker.state).toBe('closed');
        expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
      },
    );
  });

  describe('the circuit stays usable:', () => {
    it.each([
      ['classifier', undefined, { next: true }],
      ['tracker', breaks, { next: false }],
    ] as const)('after a throwing %s the call counts as cancelled', (_, tracker, { next }) => {
      const breaker = halfOpenBreaker({ tracker, recovery: () => expect.unreachable() });
      const events = collect(getCallTypes(breaker));
      const source$ = next ? of(1) : throwError(() => boom);
      collect(source$.pipe(circuitBreaker(breaker, next ? { classify: breaks } : {})));
      expect(events).toStrictEqual(['cancelled']);
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
      expect(breaker.state).toBe('half_open');
    });

    it('after a throwing classifier values seen before do not make it a success', () => {
      const breaker = new CircuitBreaker();
      const classify = (value: number) => (value > 1 ? breaks() : undefined);
      expect(collect(of(1, 2, 3).pipe(circuitBreaker(breaker, { classify })))).toStrictEqual([1, '#', broken]);
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    });

    it.each<[string, Observable<number>, { successes: number; failures: number }]>([
      ['success', of(1), { successes: 1, failures: 0 }],
      ['failure', throwError(() => boom), { successes: 0, failures: 1 }],
    ])('after a throwing tripper the outcome (%s) stays recorded and the state as it was', (_, source$, counts) => {
      const breaker = new CircuitBreaker({ tripper: breaks });
      collect(source$.pipe(circuitBreaker(breaker)));
      expect(getCounts(breaker)).toStrictEqual({ ...counts, inFlight: 0, rejected: 0 });
      expect(breaker.state).toBe('closed');
    });

    it.each<[string, Observable<number>, { successes: number; failures: number }]>([
      ['success', of(1), { successes: 1, failures: 0 }],
      ['failure', throwError(() => boom), { successes: 0, failures: 1 }],
    ])('after a throwing recovery the outcome (%s) stays recorded and the state as it was', (_, source$, counts) => {
      const breaker = halfOpenBreaker({ recovery: breaks });
      collect(source$.pipe(circuitBreaker(breaker)));
      expect(getCounts(breaker)).toStrictEqual({ ...counts, inFlight: 0, rejected: 0 });
      expect(breaker.state).toBe('half_open');
    });

    it('after a throwing tripper the next outcome is judged with the one before', () => {
      let armed = true;
      const breaker = new CircuitBreaker({
        tripper: ({ consecutiveFailures }) => (armed ? breaks() : consecutiveFailures === 2),
      });
      collect(throwError(() => boom).pipe(circuitBreaker(breaker)));
      armed = false;
      expect(collect(throwError(() => boom).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', boom]);
      expect(breaker.state).toBe('open');
    });

    it('after a throwing permit the call was not admitted and is no rejection', () => {
      let armed = true;
      let subscriptions = 0;
      const asked: unknown[] = [];
      const breaker = halfOpenBreaker({
        permit: ({ admitted, denied, inFlight }) => {
          asked.push({ admitted, denied, inFlight });
          return armed ? breaks() : true;
        },
      });
      const events = collect(breaker.call$);
      const source$ = defer(() => {
        subscriptions++;
        return of(1);
      });
      collect(source$.pipe(circuitBreaker(breaker)));
      expect(subscriptions).toBe(0);
      expect(events).toStrictEqual([]);
      expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
      expect(breaker.state).toBe('half_open');

      armed = false;
      collect(source$.pipe(circuitBreaker(breaker)));
      expect(asked).toStrictEqual([
        { admitted: 0, denied: 0, inFlight: 0 },
        { admitted: 0, denied: 0, inFlight: 0 },
      ]);
      expect(breaker.state).toBe('closed');
    });
  });

  describe('where there is no subscriber, the error is reported as a listener’s is:', () => {
    it(
      'a probe’s time-out',
      marbles((m) => {
        const reported: unknown[] = [];
        config.onUnhandledError = (error) => reported.push([m.scheduler.frame, error]);
        const breaker = halfOpenBreaker({ probeTimeout: 3, recovery: breaks });
        const source$ = m.cold('------a|');
        const subs = '          ^------!';
        const expected = '      ------a|';

        m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected);
        m.expect(source$).toHaveSubscriptions(subs);
        m.flush();
        expect(reported).toStrictEqual([[3, broken]]);
        expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
        expect(breaker.state).toBe('half_open');
      }),
    );

    it(
      'a scheduled wake-up',
      marbles((m) => {
        let armed = false;
        const reported: unknown[] = [];
        config.onUnhandledError = (error) => reported.push([m.scheduler.frame, error]);
        const breaker = new CircuitBreaker({ retry: () => 3, window: brokenWindow('getMetric', () => armed) });
        breaker.trip();
        armed = true;
        m.expect(breaker.signal$).toBeObservable('-----');
        m.flush();
        expect(reported).toStrictEqual([[3, broken]]);
        armed = false;
        expect(breaker.state).toBe('open');
      }),
    );

    it('an unsubscription', () => {
      const reported: unknown[] = [];
      config.onUnhandledError = (error) => reported.push(error);
      const breaker = new CircuitBreaker({ tripper: breaks });
      expect(collect(of(1, 2).pipe(circuitBreaker(breaker), take(1)))).toStrictEqual([1, '|']);
      expect(reported).toStrictEqual([broken]);
      expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
    });

    it('without config.onUnhandledError, to console.error', () => {
      const error = vi.spyOn(console, 'error').mockReturnValue();
      const breaker = new CircuitBreaker({ tripper: breaks });
      collect(of(1).pipe(circuitBreaker(breaker), take(1)));
      expect(error.mock.calls).toStrictEqual([[broken]]);
    });
  });

  it('an unsubscription chain is not broken by the breaker', () => {
    const log: string[] = [];
    const guarded$ = NEVER.pipe(
      finalize(() => log.push('source')),
      circuitBreaker(new CircuitBreaker()),
      mergeMap((value) => of(value)),
      map((value) => value),
    );
    guarded$.subscribe().unsubscribe();
    expect(log).toStrictEqual(['source']);
  });

  it('asynchronous sources are not made synchronous nor the other way round', async () => {
    const log: unknown[] = [];
    const values = await new Promise((resolve, reject) => {
      scheduled([1, 2], asapScheduler)
        .pipe(
          circuitBreaker(new CircuitBreaker()),
          tap((value) => log.push(value)),
          toArray(),
        )
        .subscribe({ next: resolve, error: reject });
      expect(log).toStrictEqual([]);
    });
    expect(values).toStrictEqual([1, 2]);
    expect(collect(from([1, 2]).pipe(circuitBreaker(new CircuitBreaker())))).toStrictEqual([1, 2, '|']);
  });
});
