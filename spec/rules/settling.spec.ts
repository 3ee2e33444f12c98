import { concat, defer, EMPTY, first, firstValueFrom, map, merge, NEVER, of, race, Subject, switchMap } from 'rxjs';
import { take, takeUntil, throwError, timeout, VirtualTimeScheduler } from 'rxjs';
import {
  avgLatency,
  CircuitBreaker,
  circuitBreaker,
  failureStreak,
  instanceOf,
  slowRate,
  type CallEvent,
  type CircuitBreakerOptions,
  type Outcome,
} from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { getCallTypes } from '../support/get-call-types.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { collect } from '../support/collect.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts } from '../support/counts.ts';

const boom = new Error('boom');

/** What `call$` emits for the call that `play` makes. */
function settlementsOf(options: CircuitBreakerOptions, play: (breaker: CircuitBreaker) => void): unknown[] {
  const breaker = new CircuitBreaker(options);
  const types = collect(getCallTypes(breaker));
  play(breaker);
  return types;
}

describe('settling', () => {
  const outcomes: Outcome[] = ['success', 'failure', 'ignored'];

  describe('a call settles once, by the first of', () => {
    it.each(outcomes)('a value the classifier judges: %s', (outcome) => {
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('-a-b-c|');
        const expected = '      -a-b-c|';
        const calls = '         ---x   ';

        const classify = (value: string) => (value === 'b' ? outcome : undefined);
        m.expect(getCallTypes(breaker)).toBeObservable(calls, { x: outcome });
        m.expect(source$.pipe(circuitBreaker(breaker, { classify }))).toBeObservable(expected);
        m.flush();
        expect(getCounts(breaker)).toStrictEqual({
          successes: outcome === 'success' ? 1 : 0,
          failures: outcome === 'failure' ? 1 : 0,
          inFlight: 0,
          rejected: 0,
        });
      })();
    });

    it(
      'an error: failure if tracked',
      marbles((m) => {
        const breaker = new CircuitBreaker({ tracker: instanceOf(RangeError) });
        const source$ = m.cold('-a-#   ', undefined, new RangeError('boom'));
        const expected = '      -a-#   ';
        const calls = '         ---f   ';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { f: 'failure' });
        m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected, undefined, new RangeError('boom'));
        m.flush();
        expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
      }),
    );

    it.each([
      ['ignored', {}, 0],
      ['ignored', { untracked: 'ignored' }, 0],
      ['success', { untracked: 'success' }, 1],
    ] as const)('an error that is not tracked: untracked, %s (%o)', (type, options, successes) => {
      marbles((m) => {
        const breaker = new CircuitBreaker({ tracker: instanceOf(RangeError), ...options });
        const source$ = m.cold('-a-#', undefined, boom);
        const expected = '      -a-#';
        const calls = '         ---x';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { x: type });
        m.expect(source$.pipe(circuitBreaker(breaker))).toBeObservable(expected, undefined, boom);
        m.flush();
        expect(getCounts(breaker)).toStrictEqual({ successes, failures: 0, inFlight: 0, rejected: 0 });
      })();
    });

    it.each(['---|', '-a-|', 'ab-(c|)'])('completion: success, even when empty: %s', (diagram) => {
      marbles((m) => {
        const breaker = new CircuitBreaker();
        m.expect(getCallTypes(breaker)).toBeObservable('---s', { s: 'success' });
        m.expect(m.cold(diagram).pipe(circuitBreaker(breaker))).toBeObservable(diagram);
        m.flush();
        expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
      })();
    });

    it(
      'completion: success, also when the classifier has judged no value',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('-a-b-|');
        const calls = '         -----s';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { s: 'success' });
        m.expect(source$.pipe(circuitBreaker(breaker, { classify: () => undefined }))).toBeObservable(source$);
      }),
    );

    it(
      'unsubscription',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('-----');
        const subs = '          ^--! ';
        const expected = '      -----';
        const calls = '         ---x ';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { x: 'cancelled' });
        m.expect(source$.pipe(circuitBreaker(breaker)), subs).toBeObservable(expected);
        m.expect(source$).toHaveSubscriptions(subs);
      }),
    );
  });

  describe('a call settles once:', () => {
    const classify = (value: Outcome | 'pending') => (value === 'pending' ? undefined : value);

    it.each(['success', 'failure', 'ignored'] as const)(
      'a second value judged after %s counts for nothing',
      (outcome) => {
        const types = settlementsOf({}, (breaker) =>
          collect(
            of('pending' as const, outcome, 'failure' as const, 'success' as const).pipe(
              circuitBreaker(breaker, { classify }),
            ),
          ),
        );
        expect(types).toStrictEqual([outcome]);
      },
    );

    it.each(['success', 'failure', 'ignored'] as const)(
      'an error after a value judged %s counts for nothing',
      (outcome) => {
        const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
        const source$ = concat(
          of(outcome),
          throwError(() => boom),
        );
        expect(collect(source$.pipe(circuitBreaker(breaker, { classify })))).toStrictEqual([outcome, '#', boom]);
        expect(getCounts(breaker)).toStrictEqual({
          successes: outcome === 'success' ? 1 : 0,
          failures: outcome === 'failure' ? 1 : 0,
          inFlight: 0,
          rejected: 0,
        });
      },
    );

    it('an unsubscription after a value judged counts for nothing', () => {
      const types = settlementsOf({}, (breaker) =>
        collect(of('failure' as const).pipe(circuitBreaker(breaker, { classify }), take(1))),
      );
      expect(types).toStrictEqual(['failure']);
    });

    it('the classifier is asked for each value until the call settles', () => {
      const asked: string[] = [];
      const source$ = of<('pending' | Outcome)[]>('pending', 'pending', 'ignored', 'failure');
      const spy = (value: Outcome | 'pending') => {
        asked.push(value);
        return classify(value);
      };
      collect(source$.pipe(circuitBreaker(new CircuitBreaker(), { classify: spy })));
      expect(asked).toStrictEqual(['pending', 'pending', 'ignored']);
    });

    it('a call that settled does not ask the tracker about what comes later', () => {
      const asked: unknown[] = [];
      const breaker = new CircuitBreaker({ tracker: (error) => asked.push(error) > 0 });
      collect(
        concat(
          of('success' as const),
          throwError(() => boom),
        ).pipe(circuitBreaker(breaker, { classify })),
      );
      expect(asked).toStrictEqual([]);
    });
  });

  describe('unsubscribed after at least one value and with no classifier, it is a success:', () => {
    it(
      'take(1)',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('--a-b--');
        const subs = '          ^-!    ';
        const expected = '      --(a|) ';
        const calls = '         --s    ';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { s: 'success' });
        m.expect(source$.pipe(circuitBreaker(breaker), take(1))).toBeObservable(expected);
        m.expect(source$).toHaveSubscriptions(subs);
        m.flush();
        expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
      }),
    );

    it('first()', () => {
      expect(
        settlementsOf({}, (breaker) =>
          collect(
            of(1, 2).pipe(
              circuitBreaker(breaker),
              first(() => true, 0),
            ),
          ),
        ),
      ).toStrictEqual(['success']);
    });

    it('firstValueFrom', async () => {
      const breaker = new CircuitBreaker();
      await expect(
        firstValueFrom(concat(of(1), NEVER).pipe(circuitBreaker(breaker)), { defaultValue: 0 }),
      ).resolves.toBe(1);
      expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
    });

    it.each([undefined, null, false, 0, ''])('the value may be %o', (value) => {
      expect(settlementsOf({}, (breaker) => collect(of(value).pipe(circuitBreaker(breaker), take(1))))).toStrictEqual([
        'success',
      ]);
    });

    it(
      'at an explicit unsubscription',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('--a----');
        const subs = '          ^---!  ';
        const expected = '      --a----';
        const calls = '         ----s  ';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { s: 'success' });
        m.expect(source$.pipe(circuitBreaker(breaker)), subs).toBeObservable(expected);
      }),
    );
  });

  describe('unsubscribed otherwise, it is cancelled:', () => {
    it(
      'after values that the classifier has not judged',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('-a-b---');
        const subs = '          ^----! ';
        const expected = '      -a-b---';
        const calls = '         -----x ';

        const guarded$ = source$.pipe(circuitBreaker(breaker, { classify: () => undefined }));
        m.expect(getCallTypes(breaker)).toBeObservable(calls, { x: 'cancelled' });
        m.expect(guarded$, subs).toBeObservable(expected);
        m.flush();
        expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
      }),
    );

    it(
      'switchMap',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('---x|   ');
        const sub1 = '          ^-!     ';
        const sub2 = '          --^---! ';
        const outer$ = m.cold(' a-b|    ');
        const expected = '      -----x| ';
        const calls = '         --n---s ';

        const types: Record<string, CallEvent['type']> = { n: 'cancelled', s: 'success' };
        m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
        m.expect(outer$.pipe(switchMap(() => source$.pipe(circuitBreaker(breaker))))).toBeObservable(expected);
        m.expect(source$).toHaveSubscriptions([sub1, sub2]);
      }),
    );

    it(
      'race',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('----a|');
        const winner$ = m.cold('--b---|');
        const expected = '      --b---|';
        const calls = '         --n   ';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { n: 'cancelled' });
        m.expect(race(source$.pipe(circuitBreaker(breaker)), winner$)).toBeObservable(expected);
      }),
    );

    it(
      'takeUntil',
      marbles((m) => {
        const breaker = new CircuitBreaker();
        const source$ = m.cold('----a|');
        const stop$ = m.cold('  --x   ');
        const expected = '      --|   ';
        const calls = '         --n   ';

        m.expect(getCallTypes(breaker)).toBeObservable(calls, { n: 'cancelled' });
        m.expect(source$.pipe(circuitBreaker(breaker), takeUntil(stop$))).toBeObservable(expected);
      }),
    );

    it(
      'timeout after the breaker; before it, it is a failure',
      marbles((m) => {
        const after = new CircuitBreaker();
        const before = new CircuitBreaker();
        const source$ = m.cold('-------');
        const expected = '      ---t   ';
        const calls1 = '        ---n   ';
        const calls2 = '        ---f   ';

        const late = { each: 3, with: () => of('t') };
        m.expect(getCallTypes(after)).toBeObservable(calls1, { n: 'cancelled' });
        m.expect(getCallTypes(before)).toBeObservable(calls2, { f: 'failure' });
        m.expect(merge(source$.pipe(circuitBreaker(after), timeout(late)), NEVER)).toBeObservable(expected);
        m.expect(source$.pipe(timeout(3), circuitBreaker(before))).toBeObservable(
          '---#',
          {},
          {
            name: 'TimeoutError',
            message: 'Timeout has occurred',
          },
        );
      }),
    );
  });

  it('cancelled: nothing is recorded and a probe gives its place back', () => {
    const breaker = halfOpenBreaker({ maxProbes: 1 });
    NEVER.pipe(circuitBreaker(breaker)).subscribe().unsubscribe();
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    expect(breaker.state).toBe('half_open');
    expect(collect(of(1).pipe(circuitBreaker(breaker)))).toStrictEqual([1, '|']);
  });

  it('cancelled: no recovery is asked', () => {
    let asked = 0;
    const breaker = halfOpenBreaker({ recovery: () => (asked++, undefined) });
    NEVER.pipe(circuitBreaker(breaker)).subscribe().unsubscribe();
    expect(asked).toBe(0);
  });

  it('the same for an ignored outcome: an error', () => {
    const breaker = halfOpenBreaker({ maxProbes: 1, tracker: () => false, recovery: () => expect.unreachable() });
    collect(throwError(() => boom).pipe(circuitBreaker(breaker)));
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    expect(breaker.state).toBe('half_open');
    expect(() => breaker.admit()).not.toThrow();
  });

  it('the same for an ignored outcome: a value', () => {
    const breaker = halfOpenBreaker({ maxProbes: 1, recovery: () => expect.unreachable() });
    collect(of(1).pipe(circuitBreaker(breaker, { classify: () => 'ignored' })));
    expect(getCounts(breaker)).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    expect(breaker.state).toBe('half_open');
    expect(() => breaker.admit()).not.toThrow();
  });

  it('neither cancelled nor ignored outcomes touch the streaks', () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(2), tracker: (error) => error === boom });
    breaker.admit().error(boom);
    breaker.admit().unsubscribe();
    breaker.admit().error(new Error('not tracked'));
    expect(breaker.state).toBe('closed');
    breaker.admit().error(boom);
    expect(breaker.state).toBe('open');
  });

  it(
    'what comes after settling passes through untouched',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const source$ = m.cold('-a-b-c-#', undefined, boom);
      const expected = '      -a-b-c-#';
      const calls = '         -s      ';

      const classify = (value: string) => (value === 'a' ? ('success' as const) : expect.unreachable());
      m.expect(getCallTypes(breaker)).toBeObservable(calls, { s: 'success' });
      m.expect(source$.pipe(circuitBreaker(breaker, { classify }))).toBeObservable(expected, undefined, boom);
      m.flush();
      expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
    }),
  );

  it(
    'successes and failures alike are recorded with their true duration',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const success$ = m.cold('  --a--|    ');
      const failure$ = m.cold('  ---#      ');
      const judged$ = m.cold('   ----f---| ');
      const left$ = m.cold('     a         ');
      const unsub = '            ------!   ';

      const guard = circuitBreaker<string>(breaker);
      const classify = () => 'failure' as const;
      m.expect(success$.pipe(guard)).toBeObservable('--a--|');
      m.expect(failure$.pipe(guard)).toBeObservable('---#');
      m.expect(judged$.pipe(circuitBreaker(breaker, { classify }))).toBeObservable('----f---|');
      m.expect(left$.pipe(guard), unsub).toBeObservable('a');
      m.flush();
      const { totalCount, failureCount, totalDuration } = breaker.info().metric;
      expect([totalCount, failureCount, totalDuration]).toStrictEqual([4, 2, 5 + 3 + 4 + 6]);
    }),
  );

  it.each([
    ['slowRate', slowRate(0.5, 5)],
    ['avgLatency', avgLatency(5)],
  ])('so a slow failure is slow: %s', (_, tripper) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper, retry: () => NEVER });
      const quick$ = m.cold(' ----#     ');
      const slow$ = m.cold('  ------#   ');
      const signals = '       ------o   ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, { o: 'open' });
      m.expect(quick$.pipe(circuitBreaker(breaker))).toBeObservable('----#');
      m.expect(slow$.pipe(circuitBreaker(breaker))).toBeObservable('------#');
    })();
  });

  it('time starts after admission', () => {
    const scheduler = new VirtualTimeScheduler();
    const breaker = halfOpenBreaker({
      scheduler,
      permit: () => {
        scheduler.frame += 100;
        return true;
      },
      recovery: () => undefined,
    });
    collect(EMPTY.pipe(circuitBreaker(breaker)));
    expect(breaker.info().metric.totalDuration).toBe(0);
  });

  it('time starts after admission: what listeners take of it is not the call’s', () => {
    const scheduler = new VirtualTimeScheduler();
    const breaker = new CircuitBreaker({
      scheduler,
      retry: () => 0,
      recovery: () => undefined,
      listeners: [() => void (scheduler.frame += 100)],
    });
    breaker.trip();
    collect(EMPTY.pipe(circuitBreaker(breaker)));
    expect(breaker.info().metric.totalDuration).toBe(0);
  });

  it('time starts before the source is subscribed', () => {
    const scheduler = new VirtualTimeScheduler();
    const breaker = new CircuitBreaker({ scheduler });
    const source$ = defer(() => {
      scheduler.frame += 100;
      return EMPTY;
    });
    collect(source$.pipe(circuitBreaker(breaker)));
    expect(breaker.info().metric.totalDuration).toBe(100);
  });

  it('time ends when the call settles, whatever comes after', () => {
    const scheduler = new VirtualTimeScheduler();
    const breaker = new CircuitBreaker({ scheduler });
    const source$ = new Subject<number>();
    collect(source$.pipe(circuitBreaker(breaker, { classify: () => 'success' })));
    scheduler.frame = 3;
    source$.next(1);
    scheduler.frame = 50;
    source$.complete();
    expect(breaker.info().metric.totalDuration).toBe(3);
  });
});
