import type { State } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { halfOpened } from '../../../lib/components/trippers/half-opened.ts';
import { contextOf } from '../../support/fixtures.ts';

describe('halfOpened', () => {
  it.each<[State, boolean]>([
    ['half_open', true],
    ['closed', false],
    ['open', false],
  ])('should hold in %s: %s', (state, holds) => {
    expect(halfOpened().test(contextOf({ state }))).toBe(holds);
  });

  it('should read and explain itself like its code', () => {
    expect([String(halfOpened()), halfOpened().explain(contextOf())]).toStrictEqual(['halfOpened()', 'halfOpened()']);
  });
});
