import { describe, expect, it } from 'vitest';
import { failureStreak } from '../../../lib/components/trippers/failure-streak.ts';
import { contextOf } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';

describe('failureStreak', () => {
  it.each([
    [0, false],
    [4, false],
    [5, true],
    [6, true],
  ])('should hold after %d failures in a row: %s', (streak, holds) => {
    expect(failureStreak(5).test(contextOf({ consecutiveFailures: streak }))).toBe(holds);
  });

  it('should not count failures that are not in a row', () => {
    expect(failureStreak(5).test(contextOf({ failures: 10 }))).toBe(false);
  });

  it('should read like its code', () => {
    expect(String(failureStreak(5))).toBe('failureStreak(5)');
  });

  it('should explain what it counted', () => {
    expect(failureStreak(5).explain(contextOf({ consecutiveFailures: 7 }))).toBe(
      'failureStreak(5): 7 failures in a row',
    );
  });

  itShouldRefuse('failureStreak: count must be an integer of at least 1', [0, -1, 1.5, NaN, Infinity], failureStreak);
});
