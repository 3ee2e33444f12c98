import { catchError, mergeMap, of, throwError } from 'rxjs';
import {
  CallNotPermittedError,
  CircuitBreaker,
  circuitBreaker,
  failureStreak,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { collect } from '../support/collect.ts';
import { getCounts } from '../support/counts.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { marbles } from '../support/marbles.ts';

function rejectionBy(breaker: CircuitBreaker): unknown {
  try {
    breaker.forceOpen();
    return breaker.admit();
  } catch (error) {
    return error;
  }
}

const other = rejectionBy(new CircuitBreaker({ name: 'other' }));

/** What a call may end with, and whether that is a rejection. */
const errors: [string, () => unknown, boolean][] = [
  ['a rejection by another breaker', () => other, true],
  ['an error whose cause is one', () => new Error('no price', { cause: other }), true],
  ['an object whose cause is one', () => ({ status: 503, cause: other }), true],
  [
    'a rejection by another copy of the package',
    () => Object.assign(new Error('not permitted'), { name: 'CallNotPermittedError', circuit: 'far', state: 'open' }),
    true,
  ],
  [
    'a rejection of your own making',
    () => new CallNotPermittedError({ circuit: 'mine', state: 'open', retryAfter: undefined, cause: undefined }),
    true,
  ],
  [
    'an error whose cause has one as its cause',
    () => new Error('a', { cause: new Error('b', { cause: other }) }),
    false,
  ],
  ['an aggregate of one', () => new AggregateError([other]), false],
  ['any other error', () => new Error('down'), false],
  ['undefined', () => undefined, false],
  ['null', () => null, false],
];

describe('a rejection is no answer of a dependency', () => {
  it.each(errors)('%s, ignored as one: neither tracker nor `untracked` is asked', (_, make, isRejection) => {
    const tracker = vi.fn(() => true);
    const untracked = vi.fn(() => 'success' as const);
    const breaker = new CircuitBreaker({ tracker, untracked, tripper: failureStreak(1) });
    const error = make();
    expect(collect(throwError(() => error).pipe(circuitBreaker(breaker)))).toStrictEqual(['#', error]);
    expect(breaker.state).toBe(isRejection ? 'closed' : 'open');
    expect(breaker.info().ignored).toBe(isRejection ? 1 : 0);
    expect(tracker).toHaveBeenCalledTimes(isRejection ? 0 : 1);
    expect(untracked).not.toHaveBeenCalled();
  });

  it('so the rejection by an inner breaker opens no outer one', () => {
    const inner = new CircuitBreaker({ name: 'inner' });
    const outer = new CircuitBreaker({ name: 'outer', tripper: failureStreak(1) });
    inner.forceOpen();
    const call$ = of('request').pipe(
      mergeMap(() => of('value').pipe(circuitBreaker(inner))),
      circuitBreaker(outer),
    );
    for (let calls = 0; calls < 5; calls++) collect(call$);
    expect(outer.info()).toMatchObject({ state: 'closed', ignored: 5, metric: { totalCount: 0 } });
  });

  it('nor does one that a catchError wraps', () => {
    const inner = new CircuitBreaker();
    const outer = new CircuitBreaker({ tripper: failureStreak(1) });
    inner.forceOpen();
    const wrapped$ = of('value').pipe(
      circuitBreaker(inner),
      catchError((error: unknown) => throwError(() => new Error('no price', { cause: error }))),
      circuitBreaker(outer),
    );
    collect(wrapped$);
    expect(outer.info()).toMatchObject({ state: 'closed', ignored: 1 });
  });

  it('and the same breaker twice in a pipe does not reopen forever, with a longer `cause` each time', () => {
    const down = new Error('down');
    const breaker = halfOpenBreaker({ maxProbes: 1, tripper: failureStreak(1), retry: () => 0 });
    breaker.reset();
    const twice$ = throwError(() => down).pipe(circuitBreaker(breaker), circuitBreaker(breaker));
    for (let calls = 0; calls < 10; calls++) collect(twice$);
    expect(breaker.info().lastSignal?.cause ?? down).toBe(down);
  });

  it(
    'a probe that ends with one gives its place back, and decides nothing',
    marbles((m) => {
      const breaker = halfOpenBreaker({ maxProbes: 1 });
      const first = m.cold(' --#', undefined, other);
      const second = m.cold('   --|');
      const call1 = '        ^     ';
      const call2 = '        ---^  ';
      const expected1 = '    --#   ';
      const expected2 = '    -----|';
      m.expect(first.pipe(circuitBreaker(breaker)), call1).toBeObservable(expected1, undefined, other);
      m.expect(second.pipe(circuitBreaker(breaker)), call2).toBeObservable(expected2);
      m.flush();
      expect(breaker.state).toBe('closed');
    }),
  );

  it('a value is for the classifier, also if it is a rejection', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    collect(of(other).pipe(circuitBreaker(breaker, { classify: () => 'failure' })));
    expect(breaker.info().lastSignal?.cause).toBe(other);
  });

  it('one whose getters throw is an error like any other', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('hostile');
        },
        has: () => {
          throw new Error('hostile');
        },
      },
    );
    const breaker = new CircuitBreaker();
    // eslint-disable-next-line rxjs-x/throw-error -- what is thrown may be anything
    const hostile$ = throwError(() => hostile);
    expect(collect(hostile$.pipe(circuitBreaker(breaker)))[1]).toBe(hostile);
    expect(getCounts(breaker)).toMatchObject({ failures: 1, inFlight: 0 });
  });
});

describe('`untracked`', () => {
  const notFound = new Error('404');
  const gone = new Error('410');
  const make = (options: CircuitBreakerOptions): CircuitBreaker =>
    new CircuitBreaker({ tracker: (error) => error !== notFound && error !== gone, ...options });

  it('is ignored by default: what the tracker does not match is neither', () => {
    const breaker = make({});
    breaker.admit().error(notFound);
    expect(getCounts(breaker)).toMatchObject({ successes: 0, failures: 0 });
    expect(breaker.info().ignored).toBe(1);
  });

  it('may be a success: the dependency answered', () => {
    const breaker = make({ untracked: 'success' });
    breaker.admit().error(notFound);
    expect(getCounts(breaker)).toMatchObject({ successes: 1, failures: 0 });
    expect(breaker.info().ignored).toBe(0);
  });

  it('may be a function of the error, asked only for what the tracker does not match', () => {
    const untracked = vi.fn((error: unknown) => (error === notFound ? 'success' : 'ignored'));
    const breaker = make({ untracked });
    breaker.admit().error(notFound);
    breaker.admit().error(gone);
    breaker.admit().error(new Error('503'));
    expect(untracked.mock.calls).toStrictEqual([[notFound], [gone]]);
    expect(getCounts(breaker)).toMatchObject({ successes: 1, failures: 1 });
    expect(breaker.info().ignored).toBe(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('untracked');
      },
      'untracked',
    ],
    ['returns something else', (() => 'failure') as unknown as () => 'success', 'untracked'],
  ])('a function that %s: its error reaches the subscriber, and the call is cancelled', (_, untracked, message) => {
    const breaker = halfOpenBreaker({ tracker: () => false, untracked, maxProbes: 1 });
    const result = collect(throwError(() => notFound).pipe(circuitBreaker(breaker)));
    expect(String(result[1])).toContain(message);
    expect(breaker.info()).toMatchObject({ inFlight: 0, ignored: 0, metric: { totalCount: 0 } });
    breaker.admit().complete();
    expect(breaker.state).toBe('closed');
  });

  it.each(['failure', 'cancelled', 1, null, {}])('is refused if it is %o', (untracked) => {
    const options = { untracked } as unknown as CircuitBreakerOptions;
    expect(() => new CircuitBreaker(options)).toThrow(/untracked.*ignored.*success/s);
  });
});
