import { describe, expect, it } from 'vitest';
import { toReadOnlyMap } from '../../lib/util/read-only-map.ts';

describe('toReadOnlyMap', () => {
  it('should be a copy', () => {
    const original = new Map([[1, 'a']]);
    const copy = toReadOnlyMap(original);
    original.set(2, 'b');
    expect([...copy]).toStrictEqual([[1, 'a']]);
  });

  it.each([
    ['set', (map: Map<number, string>) => map.set(2, 'b')],
    ['delete', (map: Map<number, string>) => map.delete(1)],
    ['clear', (map: Map<number, string>) => map.clear()],
  ])('should refuse %s()', (_method, change) => {
    const map = toReadOnlyMap(new Map([[1, 'a']]));
    expect(() => change(map as Map<number, string>)).toThrow(new TypeError('this map cannot be changed'));
    expect([...map]).toStrictEqual([[1, 'a']]);
    expect(Object.isFrozen(map)).toBe(true);
  });
});
