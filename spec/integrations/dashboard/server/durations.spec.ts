import { describe, expect, it } from 'vitest';
import { Durations } from '../../../../lib/integrations/dashboard/server/durations.ts';

describe('Durations', () => {
  it('should have no quantile of nothing', () => {
    const durations = new Durations();
    expect(durations.quantile(0.5)).toBeUndefined();
    durations.add(5);
    durations.clear();
    expect(durations.quantile(0.5)).toBeUndefined();
  });

  it('should be exact below 16 ms', () => {
    const durations = new Durations();
    for (let ms = 0; ms < 16; ms++) durations.add(ms);
    for (let ms = 0; ms < 16; ms++) expect(durations.quantile((ms + 1) / 16)).toBe(ms);
  });

  it.each([17, 99, 1_000, 12_345, 600_000, 2 ** 31 - 2])('should be at most an eighth too high: %d ms', (ms) => {
    const durations = new Durations();
    durations.add(ms);
    const quantile = durations.quantile(0.95)!;
    expect(quantile).toBeGreaterThanOrEqual(ms);
    expect(quantile).toBeLessThanOrEqual(ms * 1.125);
  });

  it('should find the quantile among many', () => {
    const durations = new Durations();
    for (let ms = 1; ms <= 1_000; ms++) durations.add(ms);
    expect(Math.abs(durations.quantile(0.95)! - 950)).toBeLessThan(120);
    expect(durations.quantile(1)).toBeGreaterThanOrEqual(1_000);
  });

  it('should take a duration beyond 24 days', () => {
    const durations = new Durations();
    durations.add(1e15);
    expect(durations.quantile(0.5)).toBe(2 ** 31 - 1);
  });
});
