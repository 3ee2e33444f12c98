import type { State } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { closed } from '../../../lib/components/trippers/closed.ts';
import { contextOf } from '../../support/fixtures.ts';

describe('closed', () => {
  it.each<[State, boolean]>([
    ['closed', true],
    ['half_open', false],
    ['open', false],
  ])('should hold in %s: %s', (state, holds) => {
    expect(closed().test(contextOf({ state }))).toBe(holds);
  });

  it('should read and explain itself like its code', () => {
    expect([String(closed()), closed().explain(contextOf())]).toStrictEqual(['closed()', 'closed()']);
  });
});
