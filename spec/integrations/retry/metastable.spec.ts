import { describe, expect, it } from 'vitest';
import { protections } from '../../../examples/metastable/protections.ts';
import { runFleet, type Trouble } from '../../../examples/metastable/world.ts';

/** The server is in trouble from 10 s to 20 s; the share of the calls that succeed in each second. */
function curve(trouble: Trouble, name: keyof typeof protections): readonly number[] {
  return runFleet(trouble, 50, protections[name]);
}

function expectAll(shares: readonly number[], from: number, to: number, share: number): void {
  expect(shares.slice(from, to)).toStrictEqual(Array<number>(to - from).fill(share));
}

describe('a fleet of retrying callers in front of a queue', () => {
  it('should recover from a standstill with breaker and budget, and not without a breaker', () => {
    const bare = curve('stall', 'retries alone');
    const budget = curve('stall', 'budget');
    const both = curve('stall', 'breaker and budget');

    for (const shares of [bare, budget, both]) expectAll(shares, 0, 9, 1);
    for (const shares of [bare, budget, both]) expectAll(shares, 10, 19, 0);
    // The server has been well for half a minute.
    expectAll(bare, 20, 50, 0);
    expectAll(budget, 20, 50, 0);
    expectAll(both, 40, 50, 1);
  }, 60_000);

  it('should come through failures below the threshold of the breaker with a budget, and break down without', () => {
    const bare = curve('errors', 'retries alone');
    const breaker = curve('errors', 'breaker');
    const budget = curve('errors', 'budget');
    const both = curve('errors', 'breaker and budget');

    for (const shares of [bare, budget, breaker, both]) expectAll(shares, 0, 10, 1);
    expectAll(bare, 20, 50, 0);
    expect(Math.min(...breaker)).toBe(0);
    for (const shares of [budget, both]) {
      expect(Math.min(...shares)).toBeGreaterThan(0.3);
      expectAll(shares, 25, 50, 1);
    }
  }, 60_000);
});
