import { Tripper } from '../components/trippers/tripper.ts';
import type { CallContext } from '../types/call-context.ts';
import { wrongType } from '../util/check.ts';
import { factory } from '../util/factory.ts';

/**
 * A tripper of a fleet that holds when enough members have opened of their own accord.
 *
 * A breaker that is in no fleet refuses it at construction.
 *
 * @param quota a count of members, an integer of at least 1; or a ratio of them, above 0 and below 1, rounded up
 * @throws TypeError or RangeError if `quota` is neither
 * @example
 * ```ts
 * import { failureRate, minRequests } from 'rxjs-fluxgate';
 * import { openMembers } from 'rxjs-fluxgate/fleet';
 *
 * // Half of the members, or half of all their calls.
 * const tripper = openMembers(0.5).or(failureRate(0.5).and(minRequests(50)));
 * console.log(String(tripper)); // => openMembers(0.5).or(failureRate(0.5).and(minRequests(50)))
 * ```
 *
 * @see {@link joinFleet}
 */
export const openMembers = /* @__PURE__ */ factory('openMembers', (quota: number): Tripper => {
  if (typeof quota !== 'number') throw wrongType('openMembers: quota', 'a count of members or a ratio below 1', quota);
  if (!(quota > 0 && (quota < 1 || Number.isSafeInteger(quota)))) {
    throw new RangeError(
      `openMembers: quota must be an integer of at least 1 or a ratio below 1, got ${String(quota)}`,
    );
  }
  return new OpenMembers(quota);
});

class OpenMembers extends Tripper {
  /** @internal */
  override readonly _fleetOnly = true;
  private readonly _quota: number;

  constructor(quota: number) {
    super();
    this._quota = quota;
  }

  override test({ members = 0, openMembers: open = 0 }: CallContext): boolean {
    // Rounding must not ask for one more: 0.07 × 100 is 7.000000000000001.
    const needed = this._quota < 1 ? Math.max(1, Math.ceil(this._quota * members - 1e-9)) : this._quota;
    return open >= needed;
  }

  override explain({ members = 0, openMembers: open = 0 }: CallContext): string {
    return `${String(open)} of ${String(members)} members`;
  }
}

/** Whether a leaf asks only about members, so that nothing needs to be counted. */
export function isOpenMembers(leaf: Tripper): boolean {
  return leaf._fleetOnly === true;
}
