import { concat, defer, EMPTY, map, type Observable, of, repeat, retry, take, tap, throwError } from 'rxjs';
import { CircuitBreaker, circuitBreaker, failureStreak, never, type State } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts } from '../support/counts.ts';

interface Counts {
  readonly successes: number;
  readonly failures: number;
}

const boom = new Error('boom');
const states: Record<string, State> = { o: 'open', h: 'half_open', c: 'closed' };

describe('order', () => {
  describe('the outcome is recorded before the notification goes downstream:', () => {
    it.each<[string, Observable<'success' | 'failure'>, 'next' | 'error' | 'complete', Counts]>([
      ['an error', throwError(() => boom), 'error', { successes: 0, failures: 1 }],
      ['completion', EMPTY, 'complete', { successes: 1, failures: 0 }],
      ['a value judged a success', of('success'), 'next', { successes: 1, failures: 0 }],
      ['a value judged a failure', of('failure'), 'next', { successes: 0, failures: 1 }],
    ])('%s', (_, source$, at, counts) => {
      const breaker = new CircuitBreaker();
      const seen: unknown[] = [];
      const spy = tap<'success' | 'failure'>({ [at]: () => seen.push(getCounts(breaker)) });
      collect(source$.pipe(circuitBreaker(breaker, { classify: (value) => value }), spy));
      expect(seen).toStrictEqual([{ ...counts, inFlight: 0, rejected: 0 }]);
    });
  });

  describe('any state change is made and signalled before the notification goes downstream:', () => {
    it.each<[string, () => CircuitBreaker, Observable<'failure'>, State, unknown[]]>([
      [
        'an error',
        () => new CircuitBreaker({ tripper: failureStreak(1) }),
        throwError(() => boom),
        'open',
        ['#', boom],
      ],
      ['a value', () => new CircuitBreaker({ tripper: failureStreak(1) }), of('failure'), 'open', ['failure', '|']],
      ['completion', () => halfOpenBreaker(), EMPTY, 'closed', ['|']],
    ])('%s', (_, make, source$, state, notifications) => {
      const log: unknown[] = [];
      const breaker = make();
      collect(breaker.signal$.pipe(tap(({ newState }) => log.push(`signal$ ${newState}`))));
      collect(breaker.state$.pipe(tap((newState) => log.push(`state$ ${newState}`))));
      log.length = 0;
      const spy = tap<'failure'>({
        next: (value) => log.push(value),
        error: (error: unknown) => log.push('#', error),
        complete: () => log.push('|'),
      });
      collect(source$.pipe(circuitBreaker(breaker, { classify: (value) => value }), spy));
      expect(log).toStrictEqual([`signal$ ${state}`, `state$ ${state}`, ...notifications]);
    });

    it('listeners are called before it too', () => {
      const log: string[] = [];
      const breaker = new CircuitBreaker({
        tripper: failureStreak(1),
        listeners: [({ newState }) => void log.push(newState)],
      });
      collect(throwError(() => boom).pipe(circuitBreaker(breaker), tap({ error: () => log.push('#') })));
      expect(log).toStrictEqual(['open', '#']);
    });
  });

  it(
    'so a synchronous retry() meets the new state',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(2), retry: never() });
      const source$ = m.cold('-#       ', undefined, boom);
      const sub1 = '          ^!       ';
      const sub2 = '          -^!      ';
      const expected = '      --#      ';
      const signals = '       --o      ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(source$.pipe(circuitBreaker(breaker), retry(10))).toBeObservable(expected, undefined, {
        name: 'CallNotPermittedError',
        message: 'Circuit "circuit-breaker" is open: call not permitted',
      });
      m.expect(source$).toHaveSubscriptions([sub1, sub2]);
      m.flush();
      // Two calls, and every attempt that was left is a rejection.
      expect(breaker.info().rejected).toBe(9);
    }),
  );

  it('so a synchronous retry() meets the new state: a synchronous source', () => {
    let subscriptions = 0;
    const breaker = new CircuitBreaker({ tripper: failureStreak(3), retry: never() });
    const source$ = defer(() => {
      subscriptions++;
      return throwError(() => boom);
    });
    const log = collect(source$.pipe(circuitBreaker(breaker), retry(5)));
    expect(log).toStrictEqual(['#', expect.objectContaining({ state: 'open', cause: boom })]);
    expect(subscriptions).toBe(3);
  });

  it(
    'so a synchronous repeat() meets the new state',
    marbles((m) => {
      // One probe at a time, so a repetition that came before the place was given back would be rejected.
      const breaker = halfOpenBreaker({ maxProbes: 1, permit: ({ admitted }) => admitted === 0 });
      const source$ = m.cold('-a|          ');
      const sub1 = '          ^-!          ';
      const sub2 = '          --^-!        ';
      const sub3 = '          ----^-!      ';
      const expected = '      -a-a-a|      ';
      const signals = '       --c          ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, states);
      m.expect(source$.pipe(circuitBreaker(breaker), repeat(3))).toBeObservable(expected);
      m.expect(source$).toHaveSubscriptions([sub1, sub2, sub3]);
    }),
  );

  it('so a synchronous repeat() meets the new state: a synchronous source', () => {
    const breaker = halfOpenBreaker({ permit: ({ admitted }) => admitted === 0 });
    expect(collect(of(1).pipe(circuitBreaker(breaker), repeat(3)))).toStrictEqual([1, 1, 1, '|']);
    expect(breaker.state).toBe('closed');
  });

  it('so a synchronous repeat() meets the new state: a value judged a failure opens the circuit under it', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(2), retry: never() });
    const guarded$ = of('bad').pipe(circuitBreaker(breaker, { classify: () => 'failure' }));
    expect(collect(guarded$.pipe(repeat(5)))).toStrictEqual([
      'bad',
      'bad',
      '#',
      expect.objectContaining({ cause: 'bad' }),
    ]);
  });

  it('take(1) and repeat(): the call is settled before the next one', () => {
    const breaker = halfOpenBreaker({ maxProbes: 1, permit: ({ admitted }) => admitted === 0 });
    const source$ = concat(of(1), of(2));
    expect(collect(source$.pipe(circuitBreaker(breaker), take(1), repeat(2)))).toStrictEqual([1, 1, '|']);
    expect(getCounts(breaker)).toMatchObject({ inFlight: 0, rejected: 0 });
  });
});
