import { describe, expect, it, vi } from 'vitest';
import { spread } from '../../../lib/components/retries/jitter.ts';

describe('spread', () => {
  it.each([
    { jitter: 0.1, random: 0, wait: 900 },
    { jitter: 0.1, random: 0.5, wait: 1_000 },
    { jitter: 0.5, random: 0.75, wait: 1_250 },
    { jitter: 1, random: 0, wait: 0 },
    { jitter: 1, random: 0.25, wait: 500 },
  ])('should make $wait ms of 1000 with a jitter of $jitter and $random drawn', ({ jitter, random, wait }) => {
    expect(spread(1_000, jitter, () => random)).toBe(wait);
  });

  it('should draw nothing without jitter', () => {
    const random = vi.fn(() => 0);
    expect(spread(1_000, 0, random)).toBe(1_000);
    expect(random).not.toHaveBeenCalled();
  });

  it('should draw once', () => {
    const random = vi.fn(() => 0);
    spread(1_000, 0.1, random);
    expect(random).toHaveBeenCalledOnce();
  });
});
