import { CircuitBreaker, countWindow, failureCount } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { contextOf, metricWith } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';
import { fail, succeed } from '../../support/script.ts';

describe('failureCount', () => {
  it.each([
    [0, false],
    [2, false],
    [3, true],
    [4, true],
  ])('should hold with %i failures in the window: %s', (failures, holds) => {
    expect(failureCount(3).test(contextOf({ metric: metricWith({ calls: 100, failures }) }))).toBe(holds);
  });

  it('should count the failures of the window, in a row or not', () => {
    const breaker = new CircuitBreaker({ window: countWindow(4), tripper: failureCount(2) });
    fail(breaker);
    for (let i = 0; i < 3; i++) succeed(breaker);
    // Evicts the first failure.
    fail(breaker);
    expect(breaker.state).toBe('closed');
    succeed(breaker);
    fail(breaker);
    expect(breaker.state).toBe('open');
  });

  it('should explain what it measured, held or not', () => {
    const explain = (failures: number): string =>
      failureCount(3).explain(contextOf({ metric: metricWith({ calls: 5, failures }) }));
    expect(explain(4)).toBe('failureCount(3): 4 failures');
    expect(explain(2)).toBe('failureCount(3): 2 of 3 failures');
  });

  it('should need a window that can hold so many', () => {
    const make = (size: number) => () => new CircuitBreaker({ window: countWindow(size), tripper: failureCount(3) });
    expect(make(2)).toThrow(/^tripper: failureCount\(3\) can never hold/);
    expect(make(3)).not.toThrow();
  });

  itShouldRefuse('failureCount: count must be an integer of at least 1', [0, -1, 1.5, NaN, Infinity], failureCount);
});
