import { describe, expect, it } from 'vitest';
import { openMembers } from '../../lib/fleet/index.ts';
import { PooledContext } from '../../lib/fleet/pooled-context.ts';
import { CircuitBreaker, failureStreak } from '../../lib/index.ts';

const context = (members: number, open: number) =>
  new PooledContext({ members, open, successes: 0, failures: 0 }, 0, 0);

describe('openMembers', () => {
  it.each([
    [1, 5, 0, false],
    [1, 5, 1, true],
    [3, 2, 2, false],
    [3, 5, 3, true],
    [0.5, 1, 0, false],
    [0.5, 1, 1, true],
    [0.5, 3, 1, false],
    [0.5, 3, 2, true],
    [0.5, 4, 2, true],
    [0.01, 10, 1, true],
    [0.01, 10, 0, false],
    // 0.07 × 100 is a little more than 7.
    [0.07, 100, 7, true],
    [0.07, 100, 6, false],
  ])('%d of %d members: should hold with %d open: %s', (quota, members, open, holds) => {
    expect(openMembers(quota).test(context(members, open))).toBe(holds);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('should refuse %d', (quota) => {
    expect(() => openMembers(quota)).toThrow(RangeError);
  });

  it('should refuse what is not a number', () => {
    expect(() => openMembers('2' as never)).toThrow(TypeError);
  });

  it('should read like the code that made it, and explain what it counted', () => {
    const tripper = openMembers(2).and(openMembers(0.5));
    expect(String(tripper)).toBe('openMembers(2).and(openMembers(0.5))');
    expect(openMembers(0.5).explain(context(20, 11))).toBe('11 of 20 members');
  });

  it('should be refused by a breaker, also inside another tripper', () => {
    const message = 'tripper: openMembers(2) is for joinFleet';
    expect(() => new CircuitBreaker({ tripper: openMembers(2) })).toThrow(new TypeError(message));
    expect(() => new CircuitBreaker({ tripper: failureStreak(2).or(openMembers(2)) })).toThrow(new TypeError(message));
  });
});
