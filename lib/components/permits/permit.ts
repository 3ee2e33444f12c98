import type { ProbeContext } from '../../types/probe-context.ts';

/**
 * Says whether a call may probe a half-open circuit; asked for each call while fewer than `maxProbes` are in flight.
 *
 * If it throws, the error reaches the subscriber; the call was not admitted and is no rejection.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type Permit } from 'rxjs-fluxgate';
 *
 * // Every third caller.
 * const everyThird: Permit = ({ admitted, denied }) => (admitted + denied) % 3 === 0;
 * console.log(new CircuitBreaker({ permit: everyThird }).state); // => closed
 * ```
 *
 * @see {@link admitAll}, {@link admitRandom}, {@link rampUp}
 * @see Fluxgate's `Permit`
 */
export type Permit = (probe: ProbeContext) => boolean;
