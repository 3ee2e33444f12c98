import { describe, expect, it } from 'vitest';
import { nameOf } from '../../lib/util/name-of.ts';

describe('nameOf', () => {
  it('should be the name of a function', () => {
    function serverSide(): void {
      // named
    }
    expect(nameOf(serverSide)).toBe('serverSide');
  });

  it('should be the code of a function without a name', () => {
    expect(
      nameOf(
        (
          () => (n: number) =>
            n > 1
        )(),
      ),
    ).toBe('(n) => n > 1');
  });
});
