import { describe, expect, it, vi } from 'vitest';
import { admitRandom } from '../../../lib/components/permits/admit-random.ts';
import { probeOf } from '../../support/fixtures.ts';

describe('admitRandom', () => {
  it.each([
    { ratio: 0.2, drawn: 0, admits: true },
    { ratio: 0.2, drawn: 0.1999, admits: true },
    { ratio: 0.2, drawn: 0.2, admits: false },
    { ratio: 0.2, drawn: 0.9999, admits: false },
    { ratio: 1, drawn: 0.9999999, admits: true },
  ])('should admit while random() < ratio: $drawn of $ratio is $admits', ({ ratio, drawn, admits }) => {
    expect(admitRandom(ratio)(probeOf({ random: () => drawn }))).toBe(admits);
  });

  it('should draw once for each call', () => {
    const random = vi.fn(() => 0.5);
    const permit = admitRandom(0.2);
    permit(probeOf({ random }));
    permit(probeOf({ random }));
    expect(random).toHaveBeenCalledTimes(2);
  });

  it.each([0, -0.1, 1.1, NaN, Infinity])('should refuse %d', (ratio) => {
    expect(() => admitRandom(ratio)).toThrow(
      new RangeError(`admitRandom: ratio must be a ratio above 0 and at most 1, got ${String(ratio)}`),
    );
  });

  it.each([undefined, null, '0.5', {}])('should refuse %j', (ratio) => {
    expect(() => admitRandom(ratio as number)).toThrow(TypeError);
    expect(() => admitRandom(ratio as number)).toThrow(/^admitRandom: ratio must be .*, got /);
  });
});
