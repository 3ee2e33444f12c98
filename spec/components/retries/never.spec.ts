import { CircuitBreaker, circuitBreaker, isCallNotPermitted, never } from 'rxjs-fluxgate';
import { catchError, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../support/marbles.ts';
import { openingOf } from '../../support/fixtures.ts';

describe('never', () => {
  it('should never end its wait', () => {
    expect(never()(openingOf())).toBe(Infinity);
  });

  it(
    'should keep an open circuit open',
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: never() });
      breaker.trip();
      const source = m.cold('   --a|  ');
      const start = '  99999999ms ^   ';
      const expected = '99999999ms (r|)';
      const guarded = source.pipe(
        circuitBreaker(breaker),
        catchError((error: unknown) => of(isCallNotPermitted(error) ? 'r' : 'x')),
      );
      m.expect(guarded, start).toBeObservable(expected);
      m.expect(source).toHaveSubscriptions([]);
    }),
  );
});
