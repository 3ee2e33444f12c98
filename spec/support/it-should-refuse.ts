import { expect, it } from 'vitest';

/**
 * Tests that `make` throws a RangeError for each of `numbers` and a TypeError for what is no number. `rule` is the message
 * before `, got …`.
 */
export function itShouldRefuse(rule: string, numbers: readonly number[], make: (value: number) => unknown): void {
  it.each(numbers)(`should refuse %d: ${rule}`, (value) => {
    expect(() => make(value)).toThrow(new RangeError(`${rule}, got ${String(value)}`));
  });

  it.each([undefined, null, '5', {}])(`should refuse %j: ${rule}`, (value) => {
    const refused = (): unknown => make(value as number);
    expect(refused).toThrow(TypeError);
    expect(refused).toThrow(new RegExp(`^${rule}, got `));
  });
}
