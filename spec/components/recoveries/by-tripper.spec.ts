import { byTripper, Tripper, type CallContext } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { contextOf } from '../../support/fixtures.ts';

describe('byTripper', () => {
  it.each<[boolean, CallContext['outcome'], string | undefined]>([
    [true, 'failure', 'reopen'],
    [true, 'success', 'reopen'],
    [false, 'success', 'close'],
    [false, 'failure', undefined],
  ])('should say, if the tripper holds: %s, after a %s: %s', (holds, outcome, verdict) => {
    expect(
      byTripper()(
        contextOf({ outcome }),
        Tripper.from(() => holds),
      ),
    ).toBe(verdict);
  });

  it('should ask the tripper once, about the same context', () => {
    const test = vi.fn(() => true);
    const context = contextOf();
    byTripper()(context, Tripper.from(test));
    expect(test.mock.calls).toStrictEqual([[context]]);
  });
});
