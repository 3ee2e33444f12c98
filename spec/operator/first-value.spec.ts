import { map } from 'rxjs';
import { CircuitBreaker, circuitBreaker, firstValue, type CallEvent } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { getCallTypes } from '../support/get-call-types.ts';
import { halfOpenBreaker } from '../support/half-open-breaker.ts';
import { marbles } from '../support/marbles.ts';
import { getCounts } from '../support/counts.ts';

const types: Record<string, CallEvent['type']> = { s: 'success', f: 'failure', n: 'cancelled' };

describe('firstValue', () => {
  it.each([undefined, null, false, 0, '', NaN, new Error('a value, not a failure')])(
    'should take %o for a success',
    (value) => {
      const classify: (value: unknown) => unknown = firstValue;
      expect(classify(value)).toBe('success');
    },
  );

  it(
    'should settle the call of a stream that never ends by its first value',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const source$ = m.cold('--a-b---');
      const subs = '          ^------!';
      const expected = '      --a-b---';
      const calls = '         --s     ';

      m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
      m.expect(source$.pipe(circuitBreaker(breaker, { classify: firstValue })), subs).toBeObservable(expected);
      m.expect(source$).toHaveSubscriptions(subs);
      m.flush();
      expect(getCounts(breaker)).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
    }),
  );

  it(
    'should close a half-open circuit while the stream goes on',
    marbles((m) => {
      const breaker = halfOpenBreaker();
      const source$ = m.cold('--a-b---');
      const expected = '      --a-b---';
      const signals = '       --c     ';

      m.expect(breaker.signal$.pipe(map(({ newState }) => newState))).toBeObservable(signals, { c: 'closed' });
      m.expect(source$.pipe(circuitBreaker(breaker, { classify: firstValue }))).toBeObservable(expected);
    }),
  );

  it(
    'should not hear an error after the first value',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const source$ = m.cold('--a-#');
      const expected = '      --a-#';
      const calls = '         --s  ';

      m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
      m.expect(source$.pipe(circuitBreaker(breaker, { classify: firstValue }))).toBeObservable(expected);
    }),
  );

  it(
    'should leave an error before it a failure',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const source$ = m.cold('--#');
      const expected = '      --#';
      const calls = '         --f';

      m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
      m.expect(source$.pipe(circuitBreaker(breaker, { classify: firstValue }))).toBeObservable(expected);
    }),
  );

  it(
    'should leave an unsubscription before it a cancellation',
    marbles((m) => {
      const breaker = new CircuitBreaker();
      const source$ = m.cold('---a');
      const unsub = '         --! ';
      const expected = '      --- ';
      const calls = '         --n ';

      m.expect(getCallTypes(breaker)).toBeObservable(calls, types);
      m.expect(source$.pipe(circuitBreaker(breaker, { classify: firstValue })), unsub).toBeObservable(expected);
    }),
  );
});
