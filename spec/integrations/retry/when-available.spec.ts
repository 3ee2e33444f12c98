import { filter, from, mergeMap, of, retry, throwError, type Observable } from 'rxjs';
import {
  admitAll,
  always,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  never,
  probes,
  retryIf,
} from 'rxjs-fluxgate';
import { unlessRejected, whenAvailable } from 'rxjs-fluxgate/retry';
import { drive, STATES } from 'rxjs-fluxgate/testing';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../support/marbles.ts';

describe('whenAvailable', () => {
  it(
    'should emit at once, and complete, where calls are admitted',
    marbles((m) => {
      for (const [letter, command] of [
        ['c', 'C'],
        ['m', 'M'],
        ['d', 'D'],
      ] as const) {
        const breaker = new CircuitBreaker();
        drive(breaker, command);
        m.expect(whenAvailable(breaker), '-^').toBeObservable(`-(${letter}|)`, STATES);
      }
    }),
  );

  it(
    'should emit when an open circuit goes half-open',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(10) });
      breaker.trip();
      m.expect(whenAvailable(breaker)).toBeObservable('----------(h|)', STATES);
      m.expect(whenAvailable(breaker), '      ---^').toBeObservable('----------(h|)', STATES);
    }),
  );

  it(
    'should emit when an open circuit is closed by a command',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: never() });
      drive(breaker, '                        O---C');
      m.expect(whenAvailable(breaker), '-^').toBeObservable('----(c|)', STATES);
    }),
  );

  it(
    'should wait out a circuit that is forced open',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(2) });
      breaker.forceOpen();
      drive(breaker, '                        -----O');
      m.expect(whenAvailable(breaker)).toBeObservable('-------(h|)', STATES);
    }),
  );

  it(
    'should wait for a health check',
    marbles((m) => {
      let checks = 0;
      const breaker = new CircuitBreaker({ retry: retryIf(() => ++checks === 3, { every: 2 }) });
      breaker.trip();
      m.expect(whenAvailable(breaker)).toBeObservable('------(h|)', STATES);
    }),
  );

  it(
    'should give a circuit found half-open 100 ms, or every ms',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(1) });
      drive(breaker, '                                      O                ');
      m.expect(breaker.state$, '                           -^ 500ms !').toBeObservable('-h', STATES);
      m.expect(whenAvailable(breaker), '                   --^').toBeObservable('-- 100ms (h|)', STATES);
      m.expect(whenAvailable(breaker, { every: 5 }), '     --^').toBeObservable('-------(h|)', STATES);
    }),
  );

  it(
    'should emit at once when a circuit found half-open closes, and wait on when it reopens',
    marbles((m) => {
      const options = { retry: cooldown(1), tripper: failureStreak(1), recovery: probes(1) };
      const closing = new CircuitBreaker(options);
      drive(closing, '                        O---s');
      m.expect(closing.state$, '             ^------!').toBeObservable('oh--c', STATES);
      m.expect(whenAvailable(closing), '     --^').toBeObservable('----(c|)', STATES);

      const reopening = new CircuitBreaker({ ...options, retry: cooldown(3) });
      drive(reopening, '                      O---f');
      m.expect(reopening.state$, '           ^-------!').toBeObservable('o--ho--h', STATES);
      m.expect(whenAvailable(reopening), '   ---^').toBeObservable('-------(h|)', STATES);
    }),
  );

  it(
    'should complete without a value when the breaker is disposed of',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(100) });
      breaker.trip();
      drive(breaker, '---d', { actions: { d: () => breaker.dispose() } });
      m.expect(whenAvailable(breaker)).toBeObservable('---|');
      m.expect(whenAvailable(breaker), '-----^').toBeObservable('-----(d|)', STATES);
    }),
  );

  it(
    'should leave nothing scheduled when it is unsubscribed',
    marbles((m) => {
      const open = new CircuitBreaker({ retry: cooldown(100) });
      open.trip();
      const halfOpen = new CircuitBreaker({ retry: always() });
      halfOpen.trip();
      m.expect(whenAvailable(open), '    ^--!').toBeObservable('----');
      m.expect(whenAvailable(halfOpen), '^--!').toBeObservable('----');
      m.flush();
      expect(m.scheduler.actions).toStrictEqual([]);
    }),
  );

  it(
    'should let a pausing consumer lose no job',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(10), tripper: failureStreak(1), recovery: probes(1) });
      const jobs = m.hot('   -a--b--c--');
      const send = (job: string) =>
        of(job).pipe(circuitBreaker(breaker), retry({ delay: unlessRejected(0, { wait: whenAvailable(breaker) }) }));
      drive(breaker, '       --f');
      const expected = '     -a----------(bc)';

      m.expect(jobs.pipe(mergeMap(send))).toBeObservable(expected);
    }),
  );

  it('should come back later where a loop over state$ comes back at once, until the stack overflows', () => {
    // A half-open circuit whose one place is taken by a probe that hangs.
    const breaker = new CircuitBreaker({ retry: always(), maxProbes: 1 });
    breaker.trip();
    breaker.admit();
    const call$ = of('v').pipe(circuitBreaker(breaker));
    let asked = 0;
    const retryWith = (notifier: Observable<unknown>) =>
      call$.pipe(retry({ count: 500, delay: () => (asked++, notifier) })).subscribe({ error: () => undefined });

    retryWith(breaker.state$.pipe(filter((state) => state !== 'open')));
    expect(asked).toBe(500);

    asked = 0;
    retryWith(whenAvailable(breaker)).unsubscribe();
    expect(asked).toBe(1);
  });

  it(
    'should not loop in one moment either, whatever its callers make of it',
    marbles((m) => {
      // Sources that fail at once, and a circuit that is due at once: the worst that can come together.
      const breaker = new CircuitBreaker({ retry: always(), tripper: failureStreak(1), recovery: probes(1) });
      let attempts = 0;
      const failing$ = throwError(() => new Error(String(attempts++)));
      const result = failing$.pipe(circuitBreaker(breaker), retry({ delay: () => whenAvailable(breaker) }));
      m.expect(result, '^ 999ms !').toBeObservable('');
      m.flush();
      expect(attempts).toBe(10);
    }),
  );

  it(
    'should wake many that wait, of whom the half-open circuit takes its few',
    marbles((m) => {
      const breaker = new CircuitBreaker({
        permit: admitAll(),
        retry: cooldown(10),
        maxProbes: 2,
        recovery: probes(2),
      });
      breaker.trip();
      const call$ = m.cold('5ms (v|)').pipe(circuitBreaker(breaker));
      const waiting = from('abcde').pipe(
        mergeMap(() => call$.pipe(retry({ delay: unlessRejected(0, { wait: whenAvailable(breaker) }) }))),
      );
      // Two probes at 10 ms, done at 15 ms; they close the circuit, and the others follow.
      m.expect(waiting).toBeObservable('15ms (vv)-(vvv|)');
    }),
  );

  it('should refuse what is no breaker and no option', () => {
    expect(() => whenAvailable({} as never)).toThrow(
      new TypeError('whenAvailable: breaker must be a CircuitBreaker, got an object'),
    );
    expect(() => whenAvailable(new CircuitBreaker(), { every: 0 })).toThrow(RangeError);
    expect(() => whenAvailable(new CircuitBreaker(), { evry: 1 } as never)).toThrow('it takes every, scheduler');
  });
});
