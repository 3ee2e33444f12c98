import { CircuitBreaker, circuitBreaker, never } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { slowRate } from '../../../lib/components/trippers/slow-rate.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';
import { marbles } from '../../support/marbles.ts';
import { contextOf, metricWith } from '../../support/fixtures.ts';

describe('slowRate', () => {
  it.each([
    [0, 0, false],
    [29, 100, false],
    [30, 100, true],
    [31, 100, true],
  ])('should say of %d slow calls of %d: %s', (slow, calls, holds) => {
    const metric = metricWith({ calls, slow: { 1_000: slow } });
    expect(slowRate(0.3, 1_000).test(contextOf({ metric }))).toBe(holds);
  });

  it('should not count calls that are slow at another threshold', () => {
    expect(slowRate(0.3, 1_000).test(contextOf({ metric: metricWith({ calls: 2, slow: { 500: 2 } }) }))).toBe(false);
  });

  it('should say which threshold it asks about', () => {
    expect(slowRate(0.3, 1_000).slowThresholds).toStrictEqual([1_000]);
  });

  it('should read like its code', () => {
    expect(String(slowRate(0.3, 1_000))).toBe('slowRate(0.3, 1000)');
  });

  it('should explain what it measured', () => {
    const context = contextOf({ metric: metricWith({ calls: 48, slow: { 1_000: 15 } }) });
    expect(slowRate(0.3, 1_000).explain(context)).toBe(
      'slowRate(0.3, 1000): 15 of 48 calls took 1000 ms or longer (0.31)',
    );
  });

  it.each([
    { ms: 9, states: 'c' },
    { ms: 10, states: 'c 9ms o' },
    { ms: 11, states: 'c 10ms o' },
  ])('should open at a duration of at least the threshold of 10 ms: $ms ms', ({ ms, states }) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: slowRate(1, 10), retry: never() });
      const source = m.cold(`${String(ms)}ms |`);
      m.expect(breaker.state$).toBeObservable(states, { c: 'closed', o: 'open' });
      m.expect(source.pipe(circuitBreaker(breaker))).toBeObservable(`${String(ms)}ms |`);
    })();
  });

  it(
    'should count a slow failure as slow',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tripper: slowRate(1, 10), retry: never() });
      const source = m.cold('  10ms #');
      const expected = '       10ms #';
      const states = '  c 9ms o';
      m.expect(breaker.state$).toBeObservable(states, { c: 'closed', o: 'open' });
      m.expect(source.pipe(circuitBreaker(breaker))).toBeObservable(expected);
    }),
  );

  itShouldRefuse('slowRate: ratio must be a ratio above 0 and at most 1', [0, -0.1, 1.1, NaN], (ratio) =>
    slowRate(ratio, 1_000),
  );
  itShouldRefuse('slowRate: thresholdMs must be a finite number of ms above 0', [0, -1, NaN, Infinity], (ms) =>
    slowRate(0.3, ms),
  );
});
