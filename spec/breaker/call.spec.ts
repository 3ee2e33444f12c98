import { config, map, of, Subject, take, throwError, TimeoutError, VirtualTimeScheduler } from 'rxjs';
import {
  always,
  byTripper,
  CallNotPermittedError,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  type Call,
  type CallEvent,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { getCallTypes } from '../support/get-call-types.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts, nothing } from '../support/counts.ts';

const boom = new Error('boom');

type Report = (call: Call<number>) => void;

const reports: [string, Report, CallEvent['type']][] = [
  ['complete', (call) => call.complete(), 'success'],
  ['error', (call) => call.error(boom), 'failure'],
  ['unsubscribe', (call) => call.unsubscribe(), 'cancelled'],
  [
    'next and unsubscribe',
    (call) => {
      call.next(1);
      call.unsubscribe();
    },
    'success',
  ],
];

describe('admit', () => {
  it('should return a call in flight', () => {
    const breaker = new CircuitBreaker();
    breaker.admit();
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, inFlight: 1 });
  });

  it.each<[string, Report]>([
    ['a value', (call) => call.next(1)],
    ['its end', (call) => call.complete()],
    ['an error', (call) => call.error(new Error('another'))],
  ])('should take no report of a tracker that is asked about its error: %s', (_, report) => {
    let asked = 0;
    const classify = vi.fn(() => 'success' as const);
    const breaker = new CircuitBreaker({
      tracker: () => {
        asked++;
        report(call);
        return true;
      },
    });
    const types = collect(getCallTypes(breaker));
    const call = breaker.admit<number>(classify);
    call.error(boom);
    expect([asked, types]).toStrictEqual([1, ['failure']]);
    expect(classify).not.toHaveBeenCalled();
  });

  it('should return an observer like any other: what a classifier throws reaches no other subscriber of a source', () => {
    const reported = vi.fn();
    config.onUnhandledError = reported;
    vi.useFakeTimers();
    const breaker = new CircuitBreaker();
    const source = new Subject<number>();
    source.subscribe(
      breaker.admit(() => {
        throw boom;
      }),
    );
    const other = collect(source);
    source.next(1);
    vi.runAllTimers();
    vi.useRealTimers();
    config.onUnhandledError = null;
    expect(other).toStrictEqual([1]);
    expect(reported).toHaveBeenCalledExactlyOnceWith(boom);
    expect(getCounts(breaker)).toStrictEqual(nothing);
  });

  it.each([
    ['open', (breaker: CircuitBreaker) => breaker.trip(), 1_000],
    ['forced_open', (breaker: CircuitBreaker) => breaker.forceOpen(), undefined],
  ] as const)('should throw a CallNotPermittedError while %s', (state, enter, retryAfter) => {
    const breaker = new CircuitBreaker({
      name: 'stock',
      scheduler: new VirtualTimeScheduler(),
      retry: cooldown(1_000),
    });
    enter(breaker);
    let thrown: unknown;
    try {
      breaker.admit();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CallNotPermittedError);
    expect(thrown).toMatchObject({ circuit: 'stock', state, retryAfter, cause: undefined });
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, rejected: 1 });
  });

  it('should take an open circuit whose retry is due to half-open', () => {
    const breaker = new CircuitBreaker({ retry: always() });
    breaker.trip();
    breaker.admit();
    expect(breaker.state).toBe('half_open');
    expect(breaker.info().inFlight).toBe(1);
  });

  it('should throw what a permit throws, and neither admit nor reject', () => {
    const breaker = halfOpenBreaker({
      permit: () => {
        throw boom;
      },
    });
    expect(() => breaker.admit()).toThrow(boom);
    expect(getCounts(breaker)).toStrictEqual(nothing);
  });

  it.each([null, 'success', {}])('should refuse a classifier that is no function: %o', (classify) => {
    const breaker = new CircuitBreaker();
    expect(() => breaker.admit(classify as never)).toThrow(TypeError);
    expect(getCounts(breaker)).toStrictEqual(nothing);
  });
});

describe('Call', () => {
  it.each(reports)('should settle by %s', (_, report, type) => {
    const breaker = new CircuitBreaker();
    const types = collect(getCallTypes(breaker));
    report(breaker.admit());
    expect(types).toStrictEqual([type]);
    expect(breaker.info().inFlight).toBe(0);
  });

  it.each(
    reports.flatMap(([first, report, type]) =>
      reports.map(([second, again]) => [first, second, report, again, type] as const),
    ),
  )('should ignore after %s a later %s', (_first, _second, report, again, type) => {
    const breaker = new CircuitBreaker();
    const types = collect(getCallTypes(breaker));
    const call = breaker.admit<number>();
    report(call);
    const before = breaker.info();
    again(call);
    expect(types).toStrictEqual([type]);
    expect(breaker.info()).toStrictEqual(before);
    expect(before.inFlight).toBe(0);
  });

  it('should not settle by values without a classifier', () => {
    const breaker = new CircuitBreaker();
    const call = breaker.admit<number>();
    call.next(1);
    call.next(2);
    expect(breaker.info().inFlight).toBe(1);
    call.error(boom);
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, failures: 1 });
  });

  it.each([
    ['success', { successes: 1, failures: 0 }],
    ['failure', { successes: 0, failures: 1 }],
    ['ignored', { successes: 0, failures: 0 }],
  ] as const)('should settle by the first value judged: %s', (outcome, counts) => {
    const breaker = new CircuitBreaker();
    const call = breaker.admit<string>((value) => (value === 'verdict' ? outcome : undefined));
    call.next('pending');
    expect(breaker.info().inFlight).toBe(1);
    call.next('verdict');
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, ...counts });
    call.error(boom);
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, ...counts });
  });

  it('should be cancelled by an unsubscription after values that were not judged', () => {
    const breaker = new CircuitBreaker();
    const call = breaker.admit(() => undefined);
    call.next(1);
    call.unsubscribe();
    expect(getCounts(breaker)).toStrictEqual(nothing);
  });

  it('should throw from next what the classifier throws, and be cancelled', () => {
    const breaker = new CircuitBreaker();
    const types = collect(getCallTypes(breaker));
    const call = breaker.admit(() => {
      throw boom;
    });
    expect(() => call.next(1)).toThrow(boom);
    expect(types).toStrictEqual(['cancelled']);
    expect(() => call.next(2)).not.toThrow();
    expect(getCounts(breaker)).toStrictEqual(nothing);
  });

  it('should throw from error what the tracker throws, and be cancelled', () => {
    const broken = new Error('broken');
    const breaker = new CircuitBreaker({
      tracker: () => {
        throw broken;
      },
    });
    const call = breaker.admit();
    expect(() => call.error(boom)).toThrow(broken);
    expect(() => call.error(boom)).not.toThrow();
    expect(getCounts(breaker)).toStrictEqual(nothing);
  });

  it('should throw from complete what the tripper throws, and stay recorded', () => {
    const breaker = new CircuitBreaker({
      tripper: () => {
        throw boom;
      },
    });
    const call = breaker.admit();
    expect(() => call.complete()).toThrow(boom);
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 1 });
  });

  it('should work with its methods handed to a promise, one by one', async () => {
    const breaker = new CircuitBreaker();
    const call = breaker.admit<number>();
    await Promise.resolve(1).then(
      () => call.complete(),
      (error: unknown) => call.error(error),
    );
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 1 });
  });

  it('should be an observer that an Observable can be subscribed with', () => {
    const breaker = new CircuitBreaker();
    of(1).subscribe(breaker.admit<number>());
    throwError(() => boom).subscribe(breaker.admit<number>());
    expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 1, failures: 1 });
  });
});

describe('call$', () => {
  /** A breaker on a clock that the test moves, and the events of its `call$`. */
  function watched(
    options: CircuitBreakerOptions = {},
    make = (all: CircuitBreakerOptions) => new CircuitBreaker(all),
  ) {
    const scheduler = new VirtualTimeScheduler();
    const breaker = make({ name: 'stock', scheduler, ...options });
    const events = collect(breaker.call$) as CallEvent[];
    return { scheduler, breaker, events };
  }

  const event = { name: 'stock', state: 'closed', timestamp: 30, duration: 20, error: undefined, stale: false };

  it.each<[CallEvent['type'], unknown]>([
    ['success', undefined],
    ['failure', 7],
    ['ignored', undefined],
  ])('should report a judged value: %s', (type, error) => {
    const { scheduler, breaker, events } = watched();
    scheduler.frame = 10;
    const call = breaker.admit<number>(() => type as 'success');
    scheduler.frame = 30;
    call.next(7);
    expect(events).toStrictEqual([{ ...event, type, error }]);
  });

  it('should report a success by unsubscription', () => {
    const { breaker, events } = watched();
    collect(of(1, 2).pipe(circuitBreaker(breaker), take(1)));
    expect(events).toStrictEqual([{ ...event, timestamp: 0, duration: 0, type: 'success' }]);
  });

  it.each([
    ['open', (breaker: CircuitBreaker) => breaker.trip(), {}],
    ['half_open', (breaker: CircuitBreaker) => breaker.trip(), { retry: always() }],
    ['forced_open', (breaker: CircuitBreaker) => breaker.forceOpen(), {}],
  ] as const)('should report a rejection: %s', (state, enter, options) => {
    const { scheduler, breaker, events } = watched({ permit: () => false, ...options });
    enter(breaker);
    scheduler.frame = 30;
    const [, error] = collect(of(1).pipe(circuitBreaker(breaker)));
    expect(events).toStrictEqual([{ ...event, type: 'rejected', state, duration: 0, error }]);
    expect(events[0]?.error).toBe(error);
    expect(Object.isFrozen(events[0])).toBe(true);
  });

  it.each(['closed', 'half_open', 'metrics_only'] as const)('should report the state at admission: %s', (state) => {
    const { breaker, events } = watched({}, state === 'half_open' ? halfOpenBreaker : undefined);
    if (state === 'metrics_only') breaker.metricsOnly();
    const call = breaker.admit();
    breaker.forceOpen();
    call.complete();
    expect(events).toMatchObject([{ type: 'success', state, stale: true }]);
  });

  it.each<[string, Report, Partial<CallEvent>]>([
    ['success', (call) => call.complete(), { type: 'success' }],
    ['failure', (call) => call.error(boom), { type: 'failure', error: boom }],
    ['cancelled', (call) => call.unsubscribe(), { type: 'cancelled' }],
  ])('should mark a %s as stale', (_, report, expected) => {
    const { scheduler, breaker, events } = watched();
    scheduler.frame = 10;
    const call = breaker.admit<number>();
    scheduler.frame = 20;
    breaker.forceOpen();
    breaker.reset();
    scheduler.frame = 30;
    report(call);
    expect(events).toStrictEqual([{ ...event, ...expected, stale: true }]);
  });

  it('should not call stale the call that trips the circuit, nor one that closes it', () => {
    const { breaker, events } = watched({ tripper: failureStreak(1), retry: always() });
    breaker.admit().error(boom);
    breaker.admit().complete();
    expect(events).toMatchObject([
      { type: 'failure', state: 'closed', stale: false },
      { type: 'success', state: 'half_open', stale: false },
    ]);
  });

  it(
    'should report a probe that ran out of time',
    marbles((m) => {
      const breaker = halfOpenBreaker({ probeTimeout: 5 });
      const events = collect(breaker.call$) as CallEvent[];
      breaker.admit();
      m.flush();
      expect(events).toMatchObject([{ type: 'failure', state: 'half_open', timestamp: 5, duration: 5, stale: false }]);
      expect(events[0]?.error).toBeInstanceOf(TimeoutError);
    }),
  );

  it('should report a call before the change that it causes, and a change before the call judged in it', () => {
    const log: string[] = [];
    const breaker = new CircuitBreaker({
      tripper: failureStreak(1),
      retry: always(),
      permit: ({ denied }) => denied > 0,
      recovery: byTripper(),
      listeners: [({ newState }) => void log.push(newState)],
    });
    collect(breaker.call$.pipe(map(({ type }) => log.push(type))));
    breaker.admit().error(boom);
    expect(() => breaker.admit()).toThrow('half_open');
    breaker.admit().complete();
    expect(log).toStrictEqual(['failure', 'open', 'half_open', 'rejected', 'success', 'closed']);
  });

  it('should emit before the notification goes downstream', () => {
    const log: unknown[] = [];
    const breaker = new CircuitBreaker();
    collect(breaker.call$.pipe(map(({ type }) => log.push(type))));
    of(1)
      .pipe(circuitBreaker(breaker))
      .subscribe({ complete: () => log.push('|'), error: () => log.push('#') });
    expect(log).toStrictEqual(['success', '|']);
  });

  it.each(reports)('should emit nothing for calls made while disabled: %s', (_, report) => {
    const { breaker, events } = watched();
    breaker.disable();
    report(breaker.admit());
    const late = breaker.admit<number>();
    breaker.reset();
    report(late);
    expect(events).toStrictEqual([]);
    expect(getCounts(breaker)).toStrictEqual(nothing);
  });

  it('should be hot, without replay', () => {
    const { breaker, events } = watched();
    breaker.admit().complete();
    const late = collect(breaker.call$);
    breaker.admit().error(boom);
    expect(events).toHaveLength(2);
    expect(late).toMatchObject([{ type: 'failure' }]);
  });

  it('should emit nothing after an unsubscription', () => {
    const breaker = new CircuitBreaker();
    const first = collect(breaker.call$.pipe(take(1)));
    breaker.admit().complete();
    breaker.admit().complete();
    expect(first).toHaveLength(2);
  });

  it('should complete on dispose()', () => {
    const { breaker, events } = watched();
    breaker.dispose();
    expect(events).toStrictEqual(['|']);
    expect(collect(breaker.call$)).toStrictEqual(['|']);
  });

  it('should reach each subscriber in order, also when one makes the next call', () => {
    const breaker = new CircuitBreaker();
    const nested = breaker.call$.pipe(
      map(({ type }) => {
        if (type === 'failure') breaker.admit().complete();
        return type;
      }),
    );
    const first = collect(nested);
    const second = collect(getCallTypes(breaker));
    breaker.admit().error(boom);
    expect(first).toStrictEqual(['failure', 'success']);
    expect(second).toStrictEqual(['failure', 'success']);
  });
});
