import { catchError, from, mergeMap, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak, isCallNotPermitted, probes } from 'rxjs-fluxgate';
import { retryBudget, retryWithin, whenAvailable, type RetryBudget } from 'rxjs-fluxgate/retry';
import { inTurn, STATES } from 'rxjs-fluxgate/testing';
import { describe, expect, it, vi } from 'vitest';
import { marbles } from '../../support/marbles.ts';

const LAVISH = { ratio: 1, minPerSecond: 1_000 };

describe('retryWithin', () => {
  it(
    'should retry as long as there is credit, and pass the error on at once when there is none',
    marbles((m) => {
      const down = m.cold('    -#               ');
      const expected = '       ---------#       ';
      const subscription1 = '  ^!               ';
      const subscription2 = '  ----^!           ';
      const subscription3 = '  --------^!       ';

      const budget = retryBudget({ ratio: 0, minPerSecond: 0.2, window: 10_000 });
      m.expect(down.pipe(retryWithin(budget, { count: 5, delay: 3 }))).toBeObservable(expected);
      m.expect(down).toHaveSubscriptions([subscription1, subscription2, subscription3]);
    }),
  );

  it(
    'should retry no call more often than count',
    marbles((m) => {
      const source$ = inTurn('down', { latency: 0 });
      m.expect(
        source$.pipe(
          retryWithin(retryBudget(LAVISH), { count: 2 }),
          catchError(() => of('e')),
        ),
      ).toBeObservable('(e|)');
      m.flush();
      expect(source$.attempts).toBe(3);
    }),
  );

  it(
    'should share one budget over all callers: of a hundred failing calls twenty are retried',
    marbles((m) => {
      const source$ = inTurn('down');
      const budget = retryBudget({ ratio: 0.2, minPerSecond: 0 });
      for (let call = 0; call < 100; call++) {
        source$.pipe(retryWithin(budget, { count: 3, delay: 10 })).subscribe({ error: () => undefined });
      }
      m.flush();
      expect(source$.attempts).toBe(120);
    }),
  );

  it(
    'should take the credit when the retry is made, so that a call that is given up costs none',
    marbles((m) => {
      const budget = retryBudget({ ratio: 1, minPerSecond: 0 });
      const fatal = new Error('404');
      const source$ = inTurn('down', { latency: 0, error: fatal });
      const givenUp = source$.pipe(retryWithin(budget, { delay: () => throwError(() => fatal) }));
      m.expect(givenUp).toBeObservable('#', undefined, fatal);
      m.expect(source$.pipe(retryWithin(budget, { delay: 9 })), '^--!').toBeObservable('----');
      m.flush();
      expect(budget.balance).toBe(2);
    }),
  );

  it('should take the credit of one retry, however many values a notifier emits', () => {
    const tryWithdraw = vi.fn(() => true);
    const budget: RetryBudget = { balance: 9, deposit: () => undefined, tryWithdraw };
    inTurn('down ok', { latency: 0 })
      .pipe(retryWithin(budget, { delay: () => of(1, 2, 3) }))
      .subscribe();
    expect(tryWithdraw).toHaveBeenCalledTimes(1);
  });

  it(
    'should pass the error on after the delay if others have spent the credit in the meantime',
    marbles((m) => {
      const budget = retryBudget({ ratio: 0, minPerSecond: 0.1 });
      const slow = inTurn('down', { latency: 0 }).pipe(retryWithin(budget, { count: 1, delay: 5 }));
      const quick = inTurn('down ok', { latency: 0 }).pipe(retryWithin(budget, { count: 1, delay: 2 }));
      m.expect(slow.pipe(catchError(() => of('e')))).toBeObservable('-----(e|)');
      m.expect(quick).toBeObservable('--(v|)', { v: 2 });
    }),
  );

  it(
    'should earn credit once a call, by its first value, its completion or its failure',
    marbles((m) => {
      const deposit = vi.fn();
      const budget: RetryBudget = { balance: 9, deposit, tryWithdraw: () => true };
      const deposits: number[] = [];
      const sources: Observable<unknown>[] = [m.cold('(abc)'), m.cold('|'), inTurn('down*3 ok', { latency: 0 }), NEVER];
      for (const source$ of sources) {
        source$.pipe(retryWithin(budget)).subscribe();
        m.flush();
        deposits.push(deposit.mock.calls.length);
      }
      expect(deposits).toStrictEqual([1, 2, 3, 3]);
    }),
  );

  it(
    'should pass a rejection on, which neither earns nor costs credit',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(1_000) });
      breaker.trip();
      const budget = retryBudget({ ratio: 1, minPerSecond: 0 });
      const call$ = of('v').pipe(circuitBreaker(breaker), retryWithin(budget));
      m.expect(call$.pipe(catchError((error: unknown) => of(isCallNotPermitted(error))))).toBeObservable('(y|)', {
        y: true,
      });
      m.flush();
      expect(budget.balance).toBe(0);
      expect(breaker.info().rejected).toBe(1);
    }),
  );

  it(
    'should wait for a circuit if asked to, at no cost',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(10), recovery: probes(1) });
      breaker.trip();
      const budget = retryBudget({ ratio: 0.5, minPerSecond: 0 });
      const states = '  o---------(hc)';
      const expected = '----------(v|)';
      const waiting = of('v').pipe(circuitBreaker(breaker), retryWithin(budget, { wait: 10 }));
      const patient = of('v').pipe(circuitBreaker(breaker), retryWithin(budget, { wait: whenAvailable(breaker) }));

      m.expect(breaker.state$, '^ 99ms !').toBeObservable(states, STATES);
      m.expect(waiting).toBeObservable(expected);
      m.expect(patient).toBeObservable(expected);
      m.flush();
      expect(budget.balance).toBe(1);
    }),
  );

  it(
    'should make each attempt a call of the breaker before it',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
      const source$ = inTurn('down', { latency: 0 });
      const call$ = source$.pipe(circuitBreaker(breaker), retryWithin(retryBudget(LAVISH), { count: 9, delay: 1 }));
      m.expect(call$.pipe(catchError((error: unknown) => of(isCallNotPermitted(error))))).toBeObservable('--(y|)', {
        y: true,
      });
      m.flush();
      expect(source$.attempts).toBe(2);
    }),
  );

  it(
    'should set the count back at a value with resetOnSuccess',
    marbles((m) => {
      const broken = m.cold('    v#  ');
      const expected = '         vvvv#';
      const alive = '            vvvv-';
      const budget = retryBudget(LAVISH);
      const zero = { count: 1, delay: () => of('now') };
      let emitted = 0;
      const stream$ = broken.pipe(mergeMap((value) => (++emitted > 8 ? NEVER : of(value))));
      m.expect(m.cold('v#').pipe(retryWithin(budget, { count: 3, delay: () => of('now') }))).toBeObservable(expected);
      m.expect(stream$.pipe(retryWithin(budget, { ...zero, resetOnSuccess: true })), '^---!').toBeObservable(alive);
    }),
  );

  it('should stop a synchronous source when its subscriber has enough', () => {
    const emitted: number[] = [];
    from([1, 2, 3])
      .pipe(
        mergeMap((value) => {
          emitted.push(value);
          return of(value);
        }),
        retryWithin(retryBudget()),
      )
      .pipe(mergeMap((value) => (value === 1 ? throwError(() => new Error('enough')) : of(value))))
      .subscribe({ error: () => undefined });
    expect(emitted).toStrictEqual([1]);
  });

  it('should refuse what is no budget and no option', () => {
    expect(() => retryWithin(3 as never)).toThrow(new TypeError('retryWithin: budget must be a RetryBudget, got 3'));
    expect(() => retryWithin(retryBudget(), { count: 0 })).toThrow(
      'retryWithin: count must be an integer of at least 1',
    );
    expect(() => retryWithin(retryBudget(), { delay: -1 })).toThrow(RangeError);
    expect(() => retryWithin(retryBudget(), { retries: 3 } as never)).toThrow('it takes count, delay');
  });

  it('should spend from a budget of your own', () => {
    let left = 1;
    const mine: RetryBudget = {
      get balance() {
        return left;
      },
      deposit: () => undefined,
      tryWithdraw: () => left-- > 0,
    };
    const source$ = inTurn('down', { latency: 0 });
    source$.pipe(retryWithin(mine, { count: 9, delay: () => timer(0) })).subscribe({ error: () => undefined });
    return vi.waitFor(() => expect(source$.attempts).toBe(2));
  });
});
