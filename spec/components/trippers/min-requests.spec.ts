import { describe, expect, it } from 'vitest';
import { minRequests } from '../../../lib/components/trippers/min-requests.ts';
import { contextOf, metricWith } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';

describe('minRequests', () => {
  it.each([
    [0, false],
    [19, false],
    [20, true],
    [21, true],
  ])('should hold with %d calls in the window: %s', (calls, holds) => {
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

  it('should have a minCalls, the calls that it needs', () => {
    expect(minRequests(20).minCalls).toBe(20);
  });

  itShouldRefuse('minRequests: count must be an integer of at least 1', [0, -1, 1.5, NaN, Infinity], minRequests);
});
