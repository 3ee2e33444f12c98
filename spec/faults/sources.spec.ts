import { from, NEVER, Observable, observable, of, Subject, take, tap, throwError, type Subscriber } from 'rxjs';
import { circuitBreaker, CircuitBreaker, failureStreak, firstValue, type Signal, type State } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { onEach } from '../support/script.ts';
import { getCounts, nothing } from '../support/counts.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';
import { foreign } from './foreign.ts';

const boom = new Error('boom');
const broken = new Error('teardown');

const reported = spyOnReports();

/** A breaker with one place for a probe, which one failure opens for good, and the signals that it gives. */
function probing(options: Parameters<typeof halfOpenBreaker>[0] = {}): { breaker: CircuitBreaker; signals: Signal[] } {
  const signals: Signal[] = [];
  const retries = [of('now')];
  const retry = (): Observable<string> | number => retries.shift() ?? Infinity;
  const breaker = halfOpenBreaker({ maxProbes: 1, tripper: failureStreak(1), retry, ...options });
  onEach(breaker.signal$, (signal) => signals.push(signal));
  return { breaker, signals };
}

/** Nothing is lost, leaked or stuck: a probe still decides, and from closed on all is as it should be. */
function expectUsable(breaker: CircuitBreaker): void {
  expect(breaker.info().inFlight).toBe(0);
  if (breaker.state !== 'half_open') breaker.reset();
  expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
  expect(breaker.state).toBe('closed');
  expect(collect(throwError(() => boom).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', boom]);
  expect(breaker.state).toBe('open');
  expect(breaker.info().inFlight).toBe(0);
}

describe('a source that throws when it is subscribed', () => {
  const thrower = (before: (subscriber: Subscriber<number>) => void = () => undefined): Observable<number> =>
    new Observable((subscriber) => {
      before(subscriber);
      throw boom;
    });

  it.each<[string, Observable<number>]>([
    ['of RxJS', thrower()],
    [
      'that follows no rule',
      foreign(() => {
        throw boom;
      }),
    ],
    [
      'whose Symbol.observable throws',
      {
        [observable]: () => {
          throw boom;
        },
      } as unknown as Observable<number>,
    ],
    [
      'that is an iterable',
      {
        [Symbol.iterator]: () => {
          throw boom;
        },
      } as unknown as Observable<number>,
    ],
  ])('should be reported, and its probe be no longer in flight: %s', (_, source$) => {
    const { breaker } = probing();
    const log = collect(circuitBreaker<number>(breaker)(source$));
    expect(log).toStrictEqual(['#', expect.any(Error)]);
    expectUsable(breaker);
  });

  it('should reopen as a probe', () => {
    const { breaker, signals } = probing();
    collect(thrower().pipe(circuitBreaker(breaker)));
    expect(signals).toMatchObject([{ newState: 'open', cause: boom }]);
  });

  it('should give the place back if the tracker does not match', () => {
    const { breaker, signals } = probing({ tracker: () => false });
    expect(collect(thrower().pipe(circuitBreaker(breaker)))).toStrictEqual(['#', boom]);
    expect(getCounts(breaker)).toStrictEqual(nothing);
    expect(signals).toStrictEqual([]);
    expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
    expect(breaker.state).toBe('closed');
  });

  it.each<[string, (subscriber: Subscriber<number>) => void, unknown[], State]>([
    ['completed', (subscriber) => subscriber.complete(), ['|'], 'closed'],
    ['erred', (subscriber) => subscriber.error('first'), ['#', 'first'], 'open'],
    ['given a value that was enough', (subscriber) => subscriber.next(1), [1, '|'], 'closed'],
  ])('should count by what came first when it has %s before', (_, before, expected, state) => {
    const { breaker, signals } = probing();
    expect(collect(thrower(before).pipe(circuitBreaker(breaker), take(1)))).toStrictEqual(expected);
    expect(signals).toMatchObject([{ newState: state }]);
    expectUsable(breaker);
  });

  it('should pass its error on, and not count it, when a value has been judged before', () => {
    const { breaker, signals } = probing();
    const source$ = thrower((subscriber) => subscriber.next(1));
    expect(collect(source$.pipe(circuitBreaker(breaker, { classify: firstValue })))).toStrictEqual([1, '#', boom]);
    expect(signals).toMatchObject([{ newState: 'closed' }]);
    expect(getCounts(breaker)).toStrictEqual(nothing);
    expectUsable(breaker);
  });
});

describe('a source that does not stop', () => {
  const ends: [string, (observer: Subscriber<number>) => void, unknown[], State][] = [
    ['completes', (observer) => observer.complete(), ['|'], 'closed'],
    ['errs', (observer) => observer.error(boom), ['#', boom], 'open'],
  ];

  it.each(ends)('should decide once, and ask no classifier, after a probe that %s', (_, end, expected, state) => {
    const { breaker, signals } = probing();
    const asked: number[] = [];
    const classify = (value: number): undefined => void asked.push(value);
    let observer: Subscriber<number> | undefined;
    let unsubscribed = 0;
    const source$ = foreign((given) => {
      observer = given;
      return () => unsubscribed++;
    });
    const log = collect(circuitBreaker<number>(breaker, { classify })(source$));
    for (let i = 0; i < 2; i++) {
      if (observer) end(observer);
      observer?.next(1);
      observer?.error(new Error('late'));
      observer?.complete();
    }
    expect(log).toStrictEqual(expected);
    expect(asked).toStrictEqual([]);
    expect(unsubscribed).toBe(1);
    expect(signals).toMatchObject([{ newState: state }]);
    expect(getCounts(breaker)).toStrictEqual(nothing);
    expectUsable(breaker);
  });

  it.each(ends)('should take no place from the next probe when, unsubscribed, it %s', (_, end) => {
    const { breaker, signals } = probing();
    let observer: Subscriber<number> | undefined;
    const source$ = foreign((given) => {
      observer = given;
      return () => undefined;
    });
    circuitBreaker<number>(breaker)(source$)
      .subscribe({ error: () => undefined })
      .unsubscribe();
    const next = breaker.admit();
    observer?.next(1);
    if (observer) end(observer);
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, inFlight: 1 });
    expect(signals).toStrictEqual([]);
    next.complete();
    expect(signals).toMatchObject([{ newState: 'closed' }]);
    expectUsable(breaker);
  });

  it.each(ends)('should not count in the epoch after a command when it %s', (_, end, expected) => {
    const { breaker, signals } = probing();
    const source$ = new Observable<number>((subscriber) => {
      breaker.reset();
      end(subscriber);
      end(subscriber);
    });
    expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual(expected);
    expect(signals).toMatchObject([{ oldState: 'half_open', newState: 'closed' }]);
    expect(getCounts(breaker)).toStrictEqual(nothing);
    expectUsable(breaker);
  });
});

describe('a result that is subscribed again inside itself', () => {
  const again = { maxProbes: 2 };

  it.each<[string, 'subscribe' | 'next' | 'complete', unknown[], State]>([
    ['while it is being subscribed', 'subscribe', [1, '|'], 'closed'],
    ['in next', 'next', [1, '|'], 'closed'],
    ['in complete', 'complete', [1, '|'], 'closed'],
  ])('should let the inner probe decide, and drop what is stale: %s', (_, when, expected, state) => {
    const { breaker, signals } = probing(again);
    const inner: unknown[] = [];
    let entered = false;
    const reenter = (): void => {
      if (!entered) {
        entered = true;
        inner.push(...collect(guarded$));
      }
    };
    const guarded$: Observable<number> = of(1).pipe(
      tap({ subscribe: () => when === 'subscribe' && reenter() }),
      circuitBreaker(breaker),
      tap({ next: () => when === 'next' && reenter(), complete: () => when === 'complete' && reenter() }),
    );
    expect(collect(guarded$)).toStrictEqual(expected);
    expect(inner).toStrictEqual(expected);
    expect(signals).toMatchObject([{ newState: state }]);
    // The outcome that closes belongs to the epoch before; only a call after it can be counted.
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: when === 'complete' ? 1 : 0 });
    expectUsable(breaker);
  });

  it('should reject in error of the probe that reopens', () => {
    const { breaker, signals } = probing(again);
    const inner: unknown[] = [];
    const guarded$ = throwError(() => boom).pipe(circuitBreaker(breaker));
    collect(guarded$.pipe(tap({ error: () => inner.push(...collect(guarded$)) })));
    expect(inner).toStrictEqual(['#', expect.objectContaining({ state: 'open' })]);
    expect(signals).toMatchObject([{ newState: 'open' }]);
    expectUsable(breaker);
  });

  it('should reject inside the only probe while it is being subscribed', () => {
    const { breaker } = probing();
    const inner: unknown[] = [];
    const guarded$: Observable<number> = of(1).pipe(
      tap({ subscribe: () => inner.push(...collect(guarded$)) }),
      circuitBreaker(breaker),
    );
    expect(collect(guarded$)).toStrictEqual([1, '|']);
    expect(inner).toStrictEqual(['#', expect.objectContaining({ state: 'half_open' })]);
    expectUsable(breaker);
  });

  it('should replace itself in next, with no call left in flight', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const source$ = new Subject<number>();
    const guarded$ = source$.pipe(circuitBreaker(breaker));
    const log: number[] = [];
    const listen = (): void => {
      const subscription = guarded$.subscribe({
        next: (value) => {
          log.push(value);
          subscription.unsubscribe();
          listen();
        },
        error: () => undefined,
      });
    };
    listen();
    source$.next(1);
    source$.next(2);
    source$.next(3);
    expect(log).toStrictEqual([1, 2, 3]);
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 3, inFlight: 1 });
    source$.complete();
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 4 });
    expectUsable(breaker);
  });
});

describe('an unsubscription inside next of a synchronous source', () => {
  /** Reports when it is closed, as a generator does. */
  function* numbers(log: string[]): Generator<number> {
    try {
      for (let i = 1; i < 10; i++) yield i;
    } finally {
      log.push('closed');
    }
  }

  it.each<[string, ((value: number) => 'failure' | undefined) | undefined, State, object]>([
    ['a success without a classifier', undefined, 'closed', nothing],
    ['cancelled with one that is undecided', () => undefined, 'half_open', nothing],
    ['a failure with a classifier that returns failure', () => 'failure', 'open', nothing],
  ])('should close an iterable, and leave the probe %s', (_, classify, state, counts) => {
    const { breaker } = probing();
    const log: string[] = [];
    expect(collect(from(numbers(log)).pipe(circuitBreaker(breaker, { classify }), take(2)))).toStrictEqual([1, 2, '|']);
    expect(log).toStrictEqual(['closed']);
    expect(breaker.state).toBe(state);
    expect(getCounts(breaker)).toStrictEqual(counts);
    expectUsable(breaker);
  });
});

describe('a source whose teardown', () => {
  const tornDown = (teardown: () => void, play: (subscriber: Subscriber<number>) => void): Observable<number> =>
    new Observable((subscriber) => {
      subscriber.add(teardown);
      play(subscriber);
    });

  const throwing = (): never => {
    throw broken;
  };

  it('throws should still trip a closed circuit', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const log = collect(tornDown(throwing, (subscriber) => subscriber.error(boom)).pipe(circuitBreaker(breaker)));
    expect(log).toStrictEqual(['#', boom]);
    expect(breaker.state).toBe('open');
    expectUsable(breaker);
  });

  it('throws should not hide the error of a classifier', () => {
    const { breaker } = probing();
    const wrong = new Error('classifier');
    const classify = (): never => {
      throw wrong;
    };
    const source$ = tornDown(throwing, (subscriber) => subscriber.next(1));
    const log = collect(source$.pipe(circuitBreaker(breaker, { classify })));
    expect(log).toStrictEqual(['#', wrong]);
    expect(breaker.state).toBe('half_open');
    expectUsable(breaker);
  });

  it('throws should still let take(1) count', () => {
    const { breaker, signals } = probing();
    const log = collect(tornDown(throwing, (subscriber) => subscriber.next(1)).pipe(circuitBreaker(breaker), take(1)));
    expect(log).toStrictEqual([1, '|']);
    expect(signals).toMatchObject([{ newState: 'closed' }]);
    expectUsable(breaker);
  });

  type Command = 'reset' | 'trip' | 'forceOpen' | 'disable' | 'metricsOnly';

  it.each<[Command, string, (subscriber: Subscriber<number>) => void, State[]]>([
    ['reset', 'the error that reopens', (subscriber) => subscriber.error(boom), ['open', 'closed']],
    ['reset', 'the completion that closes', (subscriber) => subscriber.complete(), ['closed']],
    ['trip', 'the completion that closes', (subscriber) => subscriber.complete(), ['closed', 'open']],
    ['trip', 'the error that reopens', (subscriber) => subscriber.error(boom), ['open']],
    ['forceOpen', 'the completion that closes', (subscriber) => subscriber.complete(), ['closed', 'forced_open']],
    ['disable', 'the error that reopens', (subscriber) => subscriber.error(boom), ['open', 'disabled']],
    ['metricsOnly', 'the error that reopens', (subscriber) => subscriber.error(boom), ['open', 'metrics_only']],
  ])('uses %s() after %s should have the last word', (command, _, play, states) => {
    const { breaker, signals } = probing();
    collect(tornDown(() => breaker[command](), play).pipe(circuitBreaker(breaker)));
    expect(signals.map(({ newState }) => newState)).toStrictEqual(states);
    expect(signals.map(({ oldState }) => oldState)).toStrictEqual(['half_open', ...states.slice(0, -1)]);
    expect(getCounts(breaker)).toStrictEqual(nothing);
    expect(reported.mock.calls.flat()).toStrictEqual([]);
    expectUsable(breaker);
  });

  it.each<[Command, State]>([
    ['reset', 'closed'],
    ['trip', 'open'],
    ['forceOpen', 'forced_open'],
    ['disable', 'disabled'],
    ['metricsOnly', 'metrics_only'],
  ])('uses %s() when it is unsubscribed should find the place given back', (command, state) => {
    const { breaker, signals } = probing();
    const seen: number[] = [];
    const teardown = (): void => {
      seen.push(breaker.info().inFlight);
      breaker[command]();
    };
    tornDown(teardown, () => undefined)
      .pipe(circuitBreaker(breaker))
      .subscribe({ error: () => undefined })
      .unsubscribe();
    expect(seen).toStrictEqual([0]);
    expect(signals).toMatchObject([{ oldState: 'half_open', newState: state }]);
    expectUsable(breaker);
  });

  it('disposes of the breaker should end the streams, and hinder no call', () => {
    const { breaker } = probing();
    const states = collect(breaker.state$);
    const source$ = tornDown(
      () => breaker.dispose(),
      (subscriber) => subscriber.complete(),
    );
    expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual(['|']);
    expect(states).toStrictEqual(['half_open', 'closed', '|']);
    expect(breaker.info()).toMatchObject({ state: 'disabled', inFlight: 0 });
    expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
  });

  it('fails another call in flight should count each of them once', () => {
    const breaker = new CircuitBreaker();
    const other$ = new Subject<number>();
    const other = collect(other$.pipe(circuitBreaker(breaker)));
    NEVER.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
    const source$ = tornDown(
      () => other$.error(boom),
      (subscriber) => subscriber.complete(),
    );
    expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual(['|']);
    expect(other).toStrictEqual(['#', boom]);
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 1, failures: 1, inFlight: 1 });
  });
});
