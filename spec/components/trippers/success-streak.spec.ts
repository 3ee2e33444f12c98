import { describe, expect, it } from 'vitest';
import { successStreak } from '../../../lib/components/trippers/success-streak.ts';
import { contextOf } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';

describe('successStreak', () => {
  it.each([
    [0, false],
    [4, false],
    [5, true],
    [6, true],
  ])('should hold after %d successes in a row: %s', (streak, holds) => {
    expect(successStreak(5).test(contextOf({ consecutiveSuccesses: streak }))).toBe(holds);
  });

  it('should not count successes that are not in a row', () => {
    expect(successStreak(5).test(contextOf({ successes: 10 }))).toBe(false);
  });

  it('should read like its code', () => {
    expect(String(successStreak(5))).toBe('successStreak(5)');
  });

  it('should explain what it counted', () => {
    expect(successStreak(5).explain(contextOf({ consecutiveSuccesses: 7 }))).toBe(
      'successStreak(5): 7 successes in a row',
    );
  });

  itShouldRefuse('successStreak: count must be an integer of at least 1', [0, -1, 1.5, NaN, Infinity], successStreak);
});
