import { describe, expect, it } from 'vitest';
import { frozenMap } from '../../lib/util/frozen-map.ts';

describe('frozenMap', () => {
  it('should be a copy', () => {
    const original = new Map([[1, 'a']]);
    const copy = frozenMap(original);
    original.set(2, 'b');
    expect([...copy]).toStrictEqual([[1, 'a']]);
  });

  it.each([
    ['set', (map: Map<number, string>) => map.set(2, 'b')],
    ['delete', (map: Map<number, string>) => map.delete(1)],
    ['clear', (map: Map<number, string>) => map.clear()],
  ])('should refuse %s()', (_method, change) => {
    const map = frozenMap(new Map([[1, 'a']]));
    expect(() => change(map as Map<number, string>)).toThrow(new TypeError('this map cannot be changed'));
    expect([...map]).toStrictEqual([[1, 'a']]);
    expect(Object.isFrozen(map)).toBe(true);
  });

  it('should be itself if it is one already, so that a metric can be copied for each call', () => {
    const map = frozenMap(new Map([[1, 2]]));
    expect(frozenMap(map)).toBe(map);
  });
});
