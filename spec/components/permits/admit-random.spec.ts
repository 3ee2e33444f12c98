import { describe, expect, it, vi } from 'vitest';
import { admitRandom } from '../../../lib/components/permits/admit-random.ts';
import { probeOf } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';

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

  itShouldRefuse(
    'admitRandom: ratio must be a ratio above 0 and at most 1',
    [0, -0.1, 1.1, NaN, Infinity],
    admitRandom,
  );
});
