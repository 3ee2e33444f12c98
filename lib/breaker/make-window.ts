import { checkFunction } from '../util/check.ts';
import type { SlidingWindow } from '../components/windows/sliding-window.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { getLeaves } from './get-leaves.ts';

/** Makes the window, and checks that the tripper does not ask it for more calls than it can ever hold. */
export function makeWindow({ window: make, tripper }: ResolvedOptions): SlidingWindow {
  const window = make();
  for (const method of ['record', 'getMetric', 'reset'] as const) {
    checkFunction(`window: ${method} of the window it makes`, (window as Partial<SlidingWindow> | undefined)?.[method]);
  }
  const { capacity = Infinity } = window;
  for (const part of getLeaves(tripper)) {
    if (part._fleetOnly) throw new TypeError(`tripper: ${String(part)} is for joinFleet`);
    if ((part.minCalls ?? 0) > capacity) {
      throw new RangeError(
        `tripper: ${String(part)} can never hold, because the window keeps ${String(capacity)} calls; ` +
          `ask for at most as many in ${String(tripper)}`,
      );
    }
  }
  return window;
}
