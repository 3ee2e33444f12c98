import { catchError, mergeMap, of, retry, throwError, timer } from 'rxjs';
import { CallNotPermittedError, CircuitBreaker, circuitBreaker, cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { unlessRejected, whenAvailable } from 'rxjs-fluxgate/retry';
import { inTurn, STATES } from 'rxjs-fluxgate/testing';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../support/marbles.ts';

const DOWN = new Error('down');

describe('unlessRejected', () => {
  it(
    'should retry a failure after the delay and pass a rejection on',
    marbles((m) => {
      const down = m.cold('    #                ', undefined, DOWN);
      const subscriptions = [' (^!)             ', '     -----(^!)', '     ----------(^!)'];
      const expected = '       ---------------(r|)';
      const states = '         c---------o--------';
      const untilHere = '      ^------------------!';

      const breaker = new CircuitBreaker({ tripper: failureStreak(3) });
      const result = down.pipe(
        circuitBreaker(breaker),
        retry({ count: 10, delay: unlessRejected(5) }),
        catchError((error: unknown) => (error === DOWN ? of('d') : of('r'))),
      );
      // The third failure opens the circuit; its retry is rejected.
      m.expect(result).toBeObservable(expected);
      m.expect(breaker.state$, untilHere).toBeObservable(states, STATES);
      m.expect(down).toHaveSubscriptions(subscriptions);
    }),
  );

  it(
    'should ask a function for the delay, in ms or as a notifier, with the number of the retry',
    marbles((m) => {
      const source$ = inTurn('down*3 ok', { latency: 0 });
      const numbers: number[] = [];
      const delay = unlessRejected((_error, retryCount) => {
        numbers.push(retryCount);
        return retryCount === 2 ? timer(20) : 3;
      });

      m.expect(source$.pipe(retry({ delay }))).toBeObservable('26ms (v|)', { v: 4 });
      m.flush();
      expect(numbers).toStrictEqual([1, 2, 3]);
    }),
  );

  it(
    'should end with what the function throws or its Observable errors with',
    marbles((m) => {
      const fatal = new Error('404');
      const throwing = unlessRejected(() => {
        throw fatal;
      });
      const erring = unlessRejected(() => throwError(() => fatal));

      for (const delay of [throwing, erring]) {
        m.expect(inTurn('down', { latency: 0 }).pipe(retry({ delay }))).toBeObservable('#', undefined, fatal);
      }
    }),
  );

  it(
    'should refuse a delay that is no wait when the function returns it',
    marbles((m) => {
      const result = inTurn('down', { latency: 0 }).pipe(retry({ delay: unlessRejected(() => NaN) }));
      const error = new RangeError(
        'unlessRejected: the result of delay must be a finite number of at least 0, got NaN',
      );
      m.expect(result).toBeObservable('#', undefined, error);
    }),
  );

  it(
    'should take an error whose cause is a rejection for one',
    marbles((m) => {
      const rejection = new CallNotPermittedError({ circuit: 'a', state: 'open', retryAfter: 1, cause: undefined });
      const wrapped = new Error('no price', { cause: rejection });
      const result = throwError(() => wrapped).pipe(retry({ delay: unlessRejected(5) }));
      m.expect(result).toBeObservable('#', undefined, wrapped);
    }),
  );

  it(
    'should wait for retryAfter if it is at most wait',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(100), recovery: probes(1) });
      breaker.trip();
      const result = of('v').pipe(circuitBreaker(breaker), retry({ delay: unlessRejected(5, { wait: 100 }) }));
      m.expect(result).toBeObservable('100ms (v|)');
    }),
  );

  it(
    'should pass the rejection on if retryAfter is longer than wait, or not known',
    marbles((m) => {
      const open = new CircuitBreaker({ retry: cooldown(101) });
      open.trip();
      const forcedOpen = new CircuitBreaker();
      forcedOpen.forceOpen();
      for (const breaker of [open, forcedOpen]) {
        const result = of('v').pipe(
          circuitBreaker(breaker),
          retry({ delay: unlessRejected(5, { wait: 100 }) }),
          catchError(() => of('r')),
        );
        m.expect(result).toBeObservable('(r|)');
      }
    }),
  );

  it(
    'should come back to a half-open circuit every 100 ms while there is no place for a probe',
    marbles((m) => {
      const probe$ = m.cold('    p 249ms (p|)');
      const probing$ = m.cold('  10ms p').pipe(mergeMap(() => probe$.pipe(circuitBreaker(breaker))));
      const late$ = m.cold('     11ms c').pipe(mergeMap(() => call$));
      const states = '           o 9ms h 249ms c';
      // At 11, 111 and 211 ms there is no place, at 311 ms the circuit is closed.
      const expected = '         311ms v';

      const breaker = new CircuitBreaker({ retry: cooldown(10), maxProbes: 1, recovery: probes(1) });
      const call$ = of('v').pipe(circuitBreaker(breaker), retry({ delay: unlessRejected(5, { wait: 1_000 }) }));
      breaker.trip();
      probing$.subscribe();
      m.expect(breaker.state$, '^ 400ms !').toBeObservable(states, STATES);
      m.expect(late$).toBeObservable(expected);
    }),
  );

  it(
    'should wait for the first value of a notifier, again and again',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(10), tripper: failureStreak(1), recovery: probes(1) });
      breaker.trip();
      const source$ = inTurn('down ok', { latency: 0, value: 'v' });
      const delay = unlessRejected(1, { wait: whenAvailable(breaker) });
      // The first probe fails and opens the circuit again; its retry is rejected and waits once more.
      m.expect(source$.pipe(circuitBreaker(breaker), retry({ delay }))).toBeObservable('20ms (v|)');
    }),
  );

  it(
    'should pass the rejection on if the notifier completes without a value',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      breaker.forceOpen();
      const result = of('v').pipe(
        circuitBreaker(breaker),
        retry({ delay: unlessRejected(1, { wait: m.cold('---|') }) }),
        catchError(() => of('r')),
      );
      m.expect(result).toBeObservable('---(r|)');
    }),
  );

  it('should refuse what is no delay and no option', () => {
    expect(() => unlessRejected(-1)).toThrow(
      new RangeError('unlessRejected: delay must be a finite number of at least 0, got -1'),
    );
    expect(() => unlessRejected('1s' as never)).toThrow(
      new TypeError('unlessRejected: delay must be a number of ms or a function, got "1s"'),
    );
    expect(() => unlessRejected(1, { wait: NaN })).toThrow(RangeError);
    expect(() => unlessRejected(1, { waitFor: 1 } as never)).toThrow('it takes wait, scheduler');
  });
});
