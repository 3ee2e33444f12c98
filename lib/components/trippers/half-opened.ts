import { factory } from '../../util/factory.ts';
import { Condition } from './condition.ts';
import type { Tripper } from './tripper.ts';

/**
 * A tripper that holds while the circuit is half-open; for thresholds of the half-open state alone.
 *
 * @example
 * ```ts
 * import { failureRate, halfOpened, minRequests } from 'rxjs-fluxgate';
 *
 * // The default: a hundred calls are needed to judge, but a single probe is enough.
 * const tripper = failureRate(0.5).and(minRequests(100).or(halfOpened()));
 * console.log(String(tripper)); // => failureRate(0.5).and(minRequests(100).or(halfOpened()))
 * ```
 *
 * @see {@link closed}
 * @see Fluxgate's `HalfOpened`
 */
export const halfOpened = /* @__PURE__ */ factory(
  'halfOpened',
  (): Tripper => new Condition(({ state }) => state === 'half_open'),
);
