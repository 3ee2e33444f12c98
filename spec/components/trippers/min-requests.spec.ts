import { describe, expect, it } from 'vitest';
import { minRequests } from '../../../lib/components/trippers/min-requests.ts';
import { contextOf, metricWith } from '../../support/fixtures.ts';

describe('minRequests', () => {
  it.each([
    [0, false],
    [19, false],
    [20, true],
    [21, true],
  ])('should say of %d calls: %s', (calls, holds) => {
    expect(minRequests(20).test(contextOf({ metric: metricWith({ calls }) }))).toBe(holds);
  });

  it('should count what the window holds, not what was recorded', () => {
    expect(minRequests(20).test(contextOf({ successes: 30, failures: 30 }))).toBe(false);
  });

  it('should read like its code', () => {
    expect(String(minRequests(20))).toBe('minRequests(20)');
  });

  it('should explain what it counted', () => {
    expect(minRequests(20).explain(contextOf({ metric: metricWith({ calls: 48 }) }))).toBe('minRequests(20): 48 calls');
  });

  it('should say how many calls it needs', () => {
    expect(minRequests(20).minCalls).toBe(20);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('should refuse %d', (count) => {
    expect(() => minRequests(count)).toThrow(
      new RangeError(`minRequests: count must be an integer of at least 1, got ${String(count)}`),
    );
  });

  it.each([undefined, null, '20', {}])('should refuse %j', (count) => {
    expect(() => minRequests(count as number)).toThrow(TypeError);
    expect(() => minRequests(count as number)).toThrow(/^minRequests: count must be an integer of at least 1, got /);
  });
});
