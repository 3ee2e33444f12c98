import { describe, expect, it } from 'vitest';
import { protections } from '../../../examples/metastable/protections.ts';
import { runFleet, type Trouble } from '../../../examples/metastable/world.ts';

/** The server is in trouble from 10 s to 20 s; the share of the calls that succeed in each second. */
function curves(trouble: Trouble): Record<keyof typeof protections, readonly number[]> {
  const names = Object.keys(protections) as (keyof typeof protections)[];
  const shares = names.map((name) => [name, runFleet(trouble, 50, protections[name])] as const);
  return Object.fromEntries(shares) as Record<keyof typeof protections, readonly number[]>;
}

function expectAll(shares: readonly number[], from: number, to: number, share: number): void {
  expect(shares.slice(from, to)).toStrictEqual(Array<number>(to - from).fill(share));
}

describe('a fleet of retrying callers in front of a queue', () => {
  it('should recover from a standstill with breaker and budget, and not without a breaker', () => {
    const { 'retries alone': bare, budget, 'breaker and budget': both } = curves('stall');
    for (const curve of [bare, budget, both]) expectAll(curve, 0, 9, 1);
    for (const curve of [bare, budget, both]) expectAll(curve, 10, 19, 0);
    // The server has been well for half a minute.
    expectAll(bare, 20, 50, 0);
    expectAll(budget, 20, 50, 0);
    expectAll(both, 40, 50, 1);
  }, 60_000);

  it('should come through failures below the threshold of the breaker with a budget, and break down without', () => {
    const { 'retries alone': bare, budget, breaker, 'breaker and budget': both } = curves('errors');
    for (const curve of [bare, budget, breaker, both]) expectAll(curve, 0, 10, 1);
    expectAll(bare, 20, 50, 0);
    expect(Math.min(...breaker)).toBe(0);
    for (const curve of [budget, both]) {
      expect(Math.min(...curve)).toBeGreaterThan(0.3);
      expectAll(curve, 25, 50, 1);
    }
  }, 60_000);
});
