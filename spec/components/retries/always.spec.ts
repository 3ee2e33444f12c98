import { always, byTripper, CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../support/marbles.ts';
import { openingOf } from '../../support/fixtures.ts';

describe('always', () => {
  it('should wait for nothing', () => {
    expect(always()(openingOf())).toBe(0);
  });

  it(
    'should make the next call after a trip a probe',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: always(), recovery: byTripper() });
      breaker.trip();
      const source = m.cold(' --a|');
      const expected = '      --a|';
      m.expect(source.pipe(circuitBreaker(breaker))).toBeObservable(expected);
      m.flush();
      expect(breaker.state).toBe('closed');
    }),
  );
});
