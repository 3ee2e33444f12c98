import { describe, expect, it } from 'vitest';
import { RecentKeys } from '../../lib/registry/recent-keys.ts';

function keys(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `host-${String(from + i)}.example`);
}

describe('RecentKeys', () => {
  it('should know none at first', () => {
    expect(new RecentKeys(100).has('stock')).toBe(false);
  });

  it('should know the last of its capacity, and forget those before twice as many', () => {
    const recent = new RecentKeys(1_000);
    recent.note('stock');
    for (const key of keys(0, 999)) recent.note(key);
    expect(recent.has('stock')).toBe(true);
    for (const key of keys(1_000, 1_000)) recent.note(key);
    expect(keys(1_000, 1_000).every((key) => recent.has(key))).toBe(true);
    expect(keys(0, 999).filter((key) => recent.has(key)).length).toBeLessThan(50);
  });

  it('should take few keys for others', () => {
    const recent = new RecentKeys(10_000);
    for (const key of keys(0, 15_000)) recent.note(key);
    expect(keys(100_000, 10_000).filter((key) => recent.has(key)).length).toBeLessThan(300);
  });
});
