import { createRequire } from 'node:module';
import {
  asyncScheduler,
  concat,
  config,
  defer,
  finalize,
  from,
  map,
  NEVER,
  observable,
  Observable,
  observeOn,
  of,
  range,
  repeat,
  retry,
  Subject,
  type Subscriber,
  take,
  takeUntil,
  tap,
  throwError,
  type Unsubscribable,
} from 'rxjs';
import type * as rxjs from 'rxjs';
import {
  admitAll,
  always,
  byTripper,
  CircuitBreaker,
  circuitBreaker,
  failureStreak,
  isCallNotPermitted,
  never,
  type CallEvent,
  type Outcome,
  type State,
} from 'rxjs-fluxgate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getCallTypes } from '../support/get-call-types.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts, nothing } from '../support/counts.ts';

const boom = new Error('boom');
const success = { ...nothing, successes: 1 };
const failure = { ...nothing, failures: 1 };

describe('circuitBreaker', () => {
  describe('as an operator', () => {
    it(
      'should mirror a hot source from the subscription on',
      marbles((m) => {
        const source$ = m.hot('-a-^-b-c-|');
        const subs = '            ^-----!';
        const expected = '        --b-c-|';

        m.expect(source$.pipe(circuitBreaker())).toBeObservable(expected);
        m.expect(source$).toHaveSubscriptions(subs);
      }),
    );

    it('should stop a synchronous source when unsubscribed from inside next', () => {
      const breaker = new CircuitBreaker();
      const stop$ = new Subject<void>();
      const sideEffects: number[] = [];
      const source$ = range(0, 10).pipe(
        tap((i) => sideEffects.push(i)),
        circuitBreaker(breaker),
      );
      const log = collect(
        source$.pipe(
          tap((i) => i === 3 && stop$.next()),
          takeUntil(stop$),
        ),
      );
      expect(sideEffects).toStrictEqual([0, 1, 2, 3]);
      expect(log).toStrictEqual([0, 1, 2, '|']);
      expect(getCounts(breaker)).toStrictEqual(success);
    });

    it('should not subscribe when the subscriber is closed by a signal of admission', () => {
      let subscriptions = 0;
      const stop$ = new Subject<void>();
      const breaker = new CircuitBreaker({
        retry: always(),
        permit: admitAll(),
        listeners: [({ newState }) => newState === 'half_open' && stop$.next()],
      });
      breaker.trip();
      const source$ = defer(() => {
        subscriptions++;
        return of(1);
      });
      expect(collect(source$.pipe(circuitBreaker(breaker), takeUntil(stop$)))).toStrictEqual(['|']);
      expect(subscriptions).toBe(0);
      expect(breaker.info().inFlight).toBe(0);
    });

    it('should unsubscribe from the source once', () => {
      let teardowns = 0;
      const source$ = new Observable<number>(() => () => teardowns++);
      const subscription = source$.pipe(circuitBreaker()).subscribe();
      subscription.unsubscribe();
      subscription.unsubscribe();
      expect(teardowns).toBe(1);
    });
  });

  describe('finalisation', () => {
    it.each<[string, Observable<number>, number, string]>([
      ['completion', of(1), 9, '|'],
      ['an error', throwError(() => boom), 9, '#'],
      ['an unsubscription', concat(of(1), NEVER), 1, '|'],
    ])('should settle the call before the teardown of its source runs: %s', (_, source$, count, mark) => {
      const breaker = new CircuitBreaker();
      const seen: unknown[] = [];
      const guarded$ = source$.pipe(
        finalize(() => seen.push(getCounts(breaker))),
        circuitBreaker(breaker),
        take(count),
        finalize(() => seen.push(getCounts(breaker))),
      );
      expect(collect(guarded$)).toContain(mark);
      const settled = mark === '#' ? failure : success;
      expect(seen).toStrictEqual([settled, settled]);
    });

    it('should settle the call before the teardown of its source runs: an explicit unsubscription', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      const seen: unknown[] = [];
      const guarded$ = NEVER.pipe(
        finalize(() => seen.push(getCounts(breaker))),
        circuitBreaker(breaker),
      );
      guarded$.subscribe().unsubscribe();
      expect(seen).toStrictEqual([nothing]);
    });

    it('should let a teardown of the source make the next probe', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      const log: unknown[] = [];
      const next$ = of('next').pipe(circuitBreaker(breaker));
      NEVER.pipe(
        finalize(() => log.push(...collect(next$))),
        circuitBreaker(breaker),
      )
        .subscribe()
        .unsubscribe();
      expect(log).toStrictEqual(['next', '|']);
    });

    it.each<[string, Observable<number>, unknown[]]>([
      ['completion', of(1), [1, '|', 'source', 'result']],
      ['an error', throwError(() => boom), ['#', 'source', 'result']],
    ])('should finalise in the order of other operators: %s', (_, source$, expected) => {
      const order = (operator: (source$: Observable<number>) => Observable<number>): unknown[] => {
        const log: unknown[] = [];
        const result$ = source$.pipe(
          finalize(() => log.push('source')),
          operator,
          finalize(() => log.push('result')),
        );
        result$.subscribe({
          next: (value) => log.push(value),
          error: () => log.push('#'),
          complete: () => log.push('|'),
        });
        return log;
      };
      expect(order(circuitBreaker())).toStrictEqual(order(map((value) => value)));
      expect(order(circuitBreaker())).toStrictEqual(expected);
    });
  });

  describe('re-entrancy', () => {
    it('should take a subscription of the same result inside next', () => {
      const breaker = new CircuitBreaker();
      const guarded$ = of(1, 2).pipe(circuitBreaker(breaker));
      const inner: unknown[] = [];
      const outer = collect(guarded$.pipe(tap((value) => value === 1 && inner.push(...collect(guarded$)))));
      expect([inner, outer]).toStrictEqual([
        [1, 2, '|'],
        [1, 2, '|'],
      ]);
      expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 2 });
    });

    it('should reject a subscription inside next of the only probe', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      const guarded$ = of(1).pipe(circuitBreaker(breaker));
      const inner: unknown[] = [];
      expect(collect(guarded$.pipe(tap(() => inner.push(...collect(guarded$)))))).toStrictEqual([1, '|']);
      expect(inner).toStrictEqual(['#', expect.objectContaining({ state: 'half_open' })]);
      expect(breaker.state).toBe('closed');
    });

    it('should take a subscription inside error, which meets the new state', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(2), retry: never() });
      const guarded$ = throwError(() => boom).pipe(circuitBreaker(breaker));
      const inner: unknown[] = [];
      const again = tap({
        error: () => inner.push(...collect(guarded$.pipe(tap({ error: () => inner.push(...collect(guarded$)) })))),
      });
      expect(collect(guarded$.pipe(again))).toStrictEqual(['#', boom]);
      expect(inner).toStrictEqual(['#', expect.objectContaining({ state: 'open' }), '#', boom]);
      expect(getCounts(breaker)).toMatchObject({ rejected: 1, inFlight: 0 });
    });

    it('should take a subscription inside complete, which meets the new state', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1, permit: ({ admitted }) => admitted === 0 });
      const guarded$ = of(1).pipe(circuitBreaker(breaker));
      const inner: unknown[] = [];
      expect(collect(guarded$.pipe(tap({ complete: () => inner.push(...collect(guarded$)) })))).toStrictEqual([1, '|']);
      expect(inner).toStrictEqual([1, '|']);
      expect(getCounts(breaker)).toStrictEqual(success);
    });

    it('should take a subscription from a listener', () => {
      const log: unknown[] = [];
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: always(), recovery: byTripper() });
      const probe$ = of('probe').pipe(circuitBreaker(breaker));
      collect(breaker.signal$.pipe(tap(({ newState }) => newState === 'open' && log.push(...collect(probe$)))));
      collect(breaker.signal$.pipe(tap(({ newState }) => log.push(newState))));
      breaker.admit().error(boom);
      expect(log).toStrictEqual(['probe', '|', 'open', 'half_open', 'closed']);
    });
  });

  describe('callbacks that throw', () => {
    const unhandled: unknown[] = [];

    beforeEach(() => {
      unhandled.length = 0;
      config.onUnhandledError = (error) => unhandled.push(error);
      vi.useFakeTimers();
    });

    afterEach(() => {
      vi.useRealTimers();
      config.onUnhandledError = null;
    });

    it.each<['next' | 'error' | 'complete', Observable<number>, unknown]>([
      ['next', of(1), success],
      ['error', throwError(() => boom), failure],
      ['complete', of(1), success],
    ])('should not mind a subscriber’s %s', (callback, source$, counts) => {
      const breaker = new CircuitBreaker();
      const thrown = new Error('in the consumer');
      const breakAt = (name: string) => () => {
        if (name === callback) throw thrown;
      };
      source$.pipe(circuitBreaker(breaker)).subscribe({
        next: breakAt('next'),
        error: breakAt('error'),
        complete: breakAt('complete'),
      });
      vi.runAllTimers();
      expect(unhandled).toStrictEqual([thrown]);
      expect(getCounts(breaker)).toStrictEqual(counts);
    });

    it('should not take an error of an operator downstream for one of the source', () => {
      const breaker = new CircuitBreaker();
      const broken$ = of(1, 2).pipe(
        circuitBreaker(breaker),
        map(() => {
          throw boom;
        }),
      );
      expect(collect(broken$)).toStrictEqual(['#', boom]);
      expect(getCounts(breaker)).toStrictEqual(success);
    });

    it('should take a throwing subscribe function for an error of the source', () => {
      const breaker = new CircuitBreaker();
      const source$ = new Observable<number>(() => {
        throw boom;
      });
      expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual(['#', boom]);
      expect(getCounts(breaker)).toStrictEqual(failure);
    });

    it('should take a throwing subscribe function for an error of the source, after values', () => {
      const breaker = new CircuitBreaker();
      const source$ = new Observable<number>((subscriber) => {
        subscriber.next(1);
        throw boom;
      });
      expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual([1, '#', boom]);
      expect(getCounts(breaker)).toStrictEqual(failure);
    });

    const tornDownBadly$ = (play: (subscriber: Subscriber<number>) => void) =>
      new Observable<number>((subscriber) => {
        subscriber.add(() => {
          throw boom;
        });
        play(subscriber);
      });

    it('should give the place back although the teardown of the source throws: unsubscription', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      const subscription = tornDownBadly$(() => undefined)
        .pipe(circuitBreaker(breaker))
        .subscribe({ error: () => undefined });
      expect(breaker.info().inFlight).toBe(1);
      expect(() => subscription.unsubscribe()).toThrow('boom');
      expect(getCounts(breaker)).toStrictEqual(nothing);
      expect(() => breaker.admit()).not.toThrow();
    });

    it.each<[string, (subscriber: Subscriber<number>) => void, State]>([
      ['completion', (subscriber) => subscriber.complete(), 'closed'],
      ['error', (subscriber) => subscriber.error(boom), 'open'],
    ])('should give the place back although the teardown of the source throws: %s', (_, play, state) => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      collect(tornDownBadly$(play).pipe(circuitBreaker(breaker)));
      expect(breaker.state).toBe(state);
      expect(breaker.info().inFlight).toBe(0);
    });
  });

  /* eslint-disable rxjs-x/no-redundant-notify -- what these sources do wrong */
  describe('sources that do not behave', () => {
    it('should count once and pass once what completes twice, emits after its end, or errs after it', () => {
      const breaker = new CircuitBreaker();
      const events = collect(getCallTypes(breaker));
      const source$ = new Observable<number>((subscriber) => {
        subscriber.next(1);
        subscriber.complete();
        subscriber.next(2);
        subscriber.complete();
        subscriber.error(boom);
      });
      expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
      expect(events).toStrictEqual(['success']);
      expect(getCounts(breaker)).toStrictEqual(success);
    });

    it('should count once and pass once what emits after an error', () => {
      const breaker = new CircuitBreaker();
      const events = collect(getCallTypes(breaker));
      const source$ = new Observable<number>((subscriber) => {
        subscriber.error(boom);
        subscriber.next(1);
        subscriber.error(new Error('another'));
        subscriber.complete();
      });
      expect(collect(source$.pipe(circuitBreaker(breaker)))).toStrictEqual(['#', boom]);
      expect(events).toStrictEqual(['failure']);
    });

    interface Foreign {
      [observable]: () => Foreign;
      subscribe: (observer: Subscriber<number>) => Unsubscribable;
    }

    /** An Observable that keeps no rule: it ends twice and does not stop. */
    function unruly(): { source$: Observable<number>; observer: () => Subscriber<number>; unsubscribed: () => number } {
      let observer: Subscriber<number> | undefined;
      let unsubscribed = 0;
      const foreign: Foreign = {
        [observable]: () => foreign,
        subscribe: (given: Subscriber<number>) => {
          observer = given;
          return {
            unsubscribe: () => {
              unsubscribed++;
            },
          };
        },
      };
      return {
        source$: foreign as unknown as Observable<number>,
        observer: () => observer ?? expect.unreachable('not subscribed'),
        unsubscribed: () => unsubscribed,
      };
    }

    it.each<[string, (subscriber: Subscriber<number>) => void]>([
      ['value', (subscriber) => subscriber.next(2)],
      ['error', (subscriber) => subscriber.error(boom)],
      ['completion', (subscriber) => subscriber.complete()],
    ])('should pass no %s on from a source that has unsubscribed it', (_what, notify) => {
      const breaker = new CircuitBreaker();
      const source = new Observable<number>((subscriber) => {
        subscriber.next(1);
        subscriber.unsubscribe();
        notify(subscriber);
      });
      expect(collect(source.pipe(circuitBreaker(breaker)))).toStrictEqual([1]);
      expect(breaker.info()).toMatchObject({ inFlight: 0, metric: { totalCount: 1, failureCount: 0 } });
    });

    it('should not hear a source that calls back after the unsubscription', () => {
      const breaker = new CircuitBreaker();
      const events = collect(getCallTypes(breaker));
      const { source$, observer, unsubscribed } = unruly();
      const stop$ = new Subject<void>();
      const log = collect(circuitBreaker<number>(breaker)(source$).pipe(takeUntil(stop$)));
      stop$.next();
      observer().next(1);
      observer().error(boom);
      expect(unsubscribed()).toBe(1);
      expect(log).toStrictEqual(['|']);
      expect(events).toStrictEqual(['cancelled']);
    });

    it('should guard an object with Symbol.observable', () => {
      const breaker = new CircuitBreaker();
      const { source$, observer, unsubscribed } = unruly();
      const log = collect(circuitBreaker<number>(breaker)(source$));
      expect(breaker.info().inFlight).toBe(1);
      observer().next(1);
      observer().complete();
      observer().complete();
      observer().next(2);
      expect(log).toStrictEqual([1, '|']);
      expect(unsubscribed()).toBe(1);
      expect(getCounts(breaker)).toStrictEqual(success);
    });

    it('should reject without touching an object with Symbol.observable', () => {
      const breaker = new CircuitBreaker();
      breaker.forceOpen();
      const foreign = { [observable]: () => expect.unreachable() } as unknown as Observable<number>;
      const [, error] = collect(circuitBreaker<number>(breaker)(foreign));
      expect(isCallNotPermitted(error)).toBe(true);
    });

    it('should give the place back when the source is no Observable at all', () => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      const log = collect(circuitBreaker<number>(breaker)(Object.create(null) as Observable<number>));
      expect(log).toStrictEqual(['#', expect.any(TypeError)]);
      expect(breaker.info().inFlight).toBe(0);
    });
  });

  /* eslint-enable rxjs-x/no-redundant-notify */

  describe('with another copy of rxjs', () => {
    const require = createRequire(import.meta.url);
    const other = require('../../node_modules/rxjs/dist/bundles/rxjs.umd.js') as typeof rxjs;

    it('should be another copy', () => {
      expect(other.of(1)).not.toBeInstanceOf(Observable);
    });

    it('should guard a source of the other copy', () => {
      const breaker = new CircuitBreaker();
      expect(collect(other.of(1, 2).pipe(circuitBreaker(breaker)))).toStrictEqual([1, 2, '|']);
      expect(collect(other.throwError(() => boom).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', boom]);
      expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 1, failures: 1 });
    });

    it('should let operators of the other copy follow, and stop a synchronous source', () => {
      const breaker = new CircuitBreaker();
      const sideEffects: number[] = [];
      const source$ = other.range(0, 10).pipe(other.tap((i) => sideEffects.push(i)));
      const guarded$ = source$.pipe(circuitBreaker(breaker), other.take(3));
      expect(collect(guarded$)).toStrictEqual([0, 1, 2, '|']);
      expect(sideEffects).toStrictEqual([0, 1, 2]);
      expect(getCounts(breaker)).toStrictEqual(success);
    });

    it('should reject in it', () => {
      const breaker = new CircuitBreaker();
      breaker.forceOpen();
      const guarded$ = other.of(1).pipe(
        circuitBreaker(breaker),
        other.catchError((error: unknown) => other.of(isCallNotPermitted(error))),
      );
      expect(collect(guarded$)).toStrictEqual([true, '|']);
    });
  });

  describe('retry and repeat after it', () => {
    it(
      'should make each attempt a call',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('-a-#       ', undefined, boom);
        const sub1 = '          ^--!       ';
        const sub2 = '          ---^--!    ';
        const sub3 = '          ------^--! ';
        const expected = '      -a--a--a-# ';
        const calls = '         ---f--f--f ';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { f: 'failure' });
        m.expect(source$.pipe(circuitBreaker(breaker), retry(2))).toBeObservable(expected, undefined, boom);
        m.expect(source$).toHaveSubscriptions([sub1, sub2, sub3]);
      }),
    );

    it(
      'should be one call with retry before it',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('-#  ', undefined, boom);
        const expected = '      ---#';
        const calls = '         ---f';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { f: 'failure' });
        m.expect(source$.pipe(retry(2), circuitBreaker(breaker))).toBeObservable(expected, undefined, boom);
      }),
    );

    it('should make each repetition a call, also synchronously', () => {
      const breaker = new CircuitBreaker();
      expect(collect(of(1).pipe(circuitBreaker(breaker), repeat(3)))).toStrictEqual([1, 1, 1, '|']);
      expect(getCounts(breaker)).toStrictEqual({ ...nothing, successes: 3 });
    });
  });

  describe('referential transparency', () => {
    const failing$ = throwError(() => boom);
    const options = { tripper: failureStreak(1), retry: never() };

    it('should share a breaker that is named between the sources of one operator value', () => {
      const operator = circuitBreaker<number>(new CircuitBreaker(options));
      expect(collect(failing$.pipe(operator))).toStrictEqual(['#', boom]);
      expect(collect(of(1).pipe(operator))).toStrictEqual(['#', expect.objectContaining({ state: 'open' })]);
    });

    it('should share a breaker that is named between operator values', () => {
      const breaker = new CircuitBreaker(options);
      collect(failing$.pipe(circuitBreaker(breaker)));
      expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([
        '#',
        expect.objectContaining({ state: 'open' }),
      ]);
    });

    it('should make a breaker for each application, given options', () => {
      const operator = circuitBreaker<number>(options);
      expect(collect(failing$.pipe(operator))).toStrictEqual(['#', boom]);
      expect(collect(of(1).pipe(operator))).toStrictEqual([1, '|']);
      // Also of the same source.
      expect(collect(failing$.pipe(operator))).toStrictEqual(['#', boom]);
    });

    it('should make a window for each application, given options', () => {
      const sizes: number[] = [];
      const tripper = ({ metric }: { metric: { totalCount: number } }) => sizes.push(metric.totalCount) < 0;
      const operator = circuitBreaker<number>({ tripper });
      collect(of(1).pipe(operator));
      collect(of(1).pipe(operator));
      expect(sizes).toStrictEqual([1, 1]);
    });

    it('should share the breaker between the subscriptions of one result, given options', () => {
      const guarded$ = failing$.pipe(circuitBreaker(options));
      expect(collect(guarded$)).toStrictEqual(['#', boom]);
      expect(collect(guarded$)).toStrictEqual(['#', expect.objectContaining({ state: 'open', cause: boom })]);
    });

    it('should share the breaker between the subscriptions of one result, given nothing', () => {
      const guarded$ = failing$.pipe(circuitBreaker());
      // The default tripper takes five failures in a row, if there are no other calls.
      for (let i = 0; i < 5; i++) expect(collect(guarded$)).toStrictEqual(['#', boom]);
      expect(collect(guarded$)).toStrictEqual([
        '#',
        expect.objectContaining({ circuit: 'circuit-breaker', state: 'open' }),
      ]);
      expect(collect(failing$.pipe(circuitBreaker()))).toStrictEqual(['#', boom]);
    });

    it('should not mind a change of the options after the operator was made', () => {
      const mutable = { name: 'before', tripper: failureStreak(1) };
      const operator = circuitBreaker<number>(mutable);
      mutable.name = 'after';
      const guarded$ = failing$.pipe(operator);
      collect(guarded$);
      expect(collect(guarded$)[1]).toMatchObject({ circuit: 'before' });
    });

    it('should take a classifier beside a breaker and beside options', () => {
      const classify = () => 'failure' as const;
      const breaker = new CircuitBreaker(options);
      collect(of(1).pipe(circuitBreaker(breaker, { classify })));
      expect(breaker.state).toBe('open');
      const guarded$ = of(1).pipe(circuitBreaker(options, { classify }));
      collect(guarded$);
      expect(collect(guarded$)).toStrictEqual(['#', expect.objectContaining({ state: 'open', cause: 1 })]);
    });

    it('should keep the classifier to its pipe when the breaker is shared', () => {
      const breaker = new CircuitBreaker(options);
      void of(1).pipe(circuitBreaker(breaker, { classify: () => 'failure' }));
      expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
      expect(getCounts(breaker)).toStrictEqual(success);
    });
  });

  describe('classify', () => {
    const classify = (value: string): Outcome | undefined =>
      (({ s: 'success', f: 'failure', i: 'ignored' }) as const)[value as 's'];
    const types: Record<string, CallEvent['type']> = { s: 'success', f: 'failure', i: 'ignored', n: 'cancelled' };

    it.each([
      ['--s--|', '--s   '],
      ['--f--|', '--f   '],
      ['--i--|', '--i   '],
      ['a-b-s|', '----s '],
      ['a-(bf)|', '--f    '],
      ['(sf)|', 's   '],
      ['(fs)|', 'f   '],
      ['(is)|', 'i   '],
      ['a-b--|', '-----s'],
      ['a-b--#', '-----f'],
      ['--s--#', '--s   '],
      ['--i--#', '--i   '],
    ])('should settle %s at %s, and pass it through', (diagram, calls) => {
      marbles((m) => {
        const breaker = new CircuitBreaker();
        m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
        m.expect(m.cold(diagram, undefined, boom).pipe(circuitBreaker(breaker, { classify }))).toBeObservable(
          diagram,
          undefined,
          boom,
        );
      })();
    });

    it('should see the first value of an HTTP event stream as no verdict', () => {
      // An Angular interceptor sees `Sent` before the response or the error.
      const breaker = new CircuitBreaker({ tripper: failureStreak(10), retry: never() });
      const sent$ = concat(
        of({ type: 0 }),
        throwError(() => boom),
      );
      const guarded$ = sent$.pipe(
        circuitBreaker(breaker, { classify: ({ type }) => (type === 4 ? 'success' : undefined) }),
      );
      for (let i = 0; i < 10; i++) collect(guarded$);
      expect(breaker.state).toBe('open');
    });
  });

  describe('what is eager', () => {
    it('should reject a promise although it already runs; defer cures it', () => {
      const breaker = new CircuitBreaker();
      breaker.forceOpen();
      let requests = 0;
      const request = () => {
        requests++;
        return Promise.resolve('answer');
      };
      const eager = collect(from(request()).pipe(circuitBreaker(breaker)));
      expect(requests).toBe(1);
      const lazy = collect(defer(request).pipe(circuitBreaker(breaker)));
      expect(requests).toBe(1);
      expect(isCallNotPermitted(eager[1])).toBe(true);
      expect(isCallNotPermitted(lazy[1])).toBe(true);
    });

    it('should guard a promise that was admitted', async () => {
      const breaker = new CircuitBreaker();
      const log = collect(defer(() => Promise.resolve('answer')).pipe(circuitBreaker(breaker)));
      await Promise.resolve();
      await Promise.resolve();
      expect(log).toStrictEqual(['answer', '|']);
      expect(getCounts(breaker)).toStrictEqual(success);
    });

    it('should guard a Subject, whose values go on without it', () => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: never() });
      const subject = new Subject<number>();
      const log = collect(subject.pipe(circuitBreaker(breaker), take(1)));
      subject.next(1);
      subject.next(2);
      expect(log).toStrictEqual([1, '|']);
      expect(subject.observed).toBe(false);
    });
  });

  it(
    'should leave time to the schedulers of the source',
    marbles((m) => {
      const source$ = m.cold('-a-b|');
      const expected = '      -a-b|';
      m.expect(source$.pipe(circuitBreaker(), observeOn(asyncScheduler))).toBeObservable(expected);
    }),
  );

  describe('bad configuration', () => {
    it.each<[unknown, unknown]>([
      [null, undefined],
      ['payments', undefined],
      [{ treshold: 5 }, undefined],
      [{ maxProbes: 0 }, undefined],
      [{ maxProbes: '3' }, undefined],
      [undefined, null],
      [undefined, { clasify: () => undefined }],
      [undefined, { classify: 'success' }],
      [undefined, () => 'success'],
    ])('should throw when the operator is made, not at subscription: %o, %o', (breaker, given) => {
      const make = circuitBreaker as (...args: unknown[]) => unknown;
      expect(() => make(breaker, given)).toThrow(/.+/);
      try {
        make(breaker, given);
      } catch (error) {
        expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
      }
    });
  });
});
