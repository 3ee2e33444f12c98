import { describe, expect, it } from 'vitest';
import { failureRate } from '../../../lib/components/trippers/failure-rate.ts';
import { contextOf, metricWith } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';

describe('failureRate', () => {
  it.each([
    [0, 0, false],
    [49, 100, false],
    [50, 100, true],
    [51, 100, true],
    [1, 1, true],
  ])('should hold with %d failures of %d calls: %s', (failures, calls, holds) => {
    expect(failureRate(0.5).test(contextOf({ metric: metricWith({ calls, failures }) }))).toBe(holds);
  });

  it.each([
    [0.29, 29, 100],
    [0.07, 7, 100],
    [0.1, 1, 10],
    [1 / 3, 1, 3],
    [1, 5, 5],
  ])('should hold at a rate of exactly %d', (ratio, failures, calls) => {
    expect(failureRate(ratio).test(contextOf({ metric: metricWith({ calls, failures }) }))).toBe(true);
  });

  it('should read like its code', () => {
    expect(String(failureRate(0.5))).toBe('failureRate(0.5)');
  });

  it('should explain what it measured', () => {
    const context = contextOf({ metric: metricWith({ calls: 48, failures: 31 }) });
    expect(failureRate(0.5).explain(context)).toBe('failureRate(0.5): 31 of 48 calls failed (0.65)');
  });

  itShouldRefuse(
    'failureRate: ratio must be a ratio above 0 and at most 1',
    [0, -0.1, 1.1, 50, NaN, Infinity],
    failureRate,
  );
});
