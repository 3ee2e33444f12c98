import { failureStreak, minRequests, slowRate, Tripper } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { getLeaves } from '../../lib/breaker/get-leaves.ts';

class Yielding extends Tripper {
  readonly #part: Tripper;

  constructor(part: Tripper) {
    super();
    this.#part = part;
  }

  test(): boolean {
    return true;
  }

  override *[Symbol.iterator](): Generator<Tripper> {
    yield this.#part;
  }
}

describe('getLeaves', () => {
  const parts = [failureStreak(1), minRequests(2), slowRate(1, 10)] as const;
  const [one, other, third] = parts;

  it.each([
    ['a tripper of one part', one, [one]],
    ['composed trippers', one.and(other.not().or(third)), [...parts]],
    ['trippers that yield composed ones', new Yielding(one.and(new Yielding(other.or(third)))), [...parts]],
  ])('should be the parts of %s', (_what, tripper, leaves) => {
    expect(getLeaves(tripper)).toStrictEqual(leaves);
  });
});
