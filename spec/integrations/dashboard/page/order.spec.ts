import { describe, expect, it } from 'vitest';
import { keepOrder } from '../../../../lib/integrations/dashboard/page/order.ts';

describe('keepOrder', () => {
  it('should be as wanted, unless it is held', () => {
    expect(keepOrder(['a', 'b'], ['b', 'a'], false)).toStrictEqual(['b', 'a']);
  });

  it('should move no row while it is held, drop those that have gone, and put new ones last', () => {
    expect(keepOrder(['a', 'b', 'c'], ['d', 'c', 'a'], true)).toStrictEqual(['a', 'c', 'd']);
  });
});
