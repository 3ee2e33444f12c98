import type { ProbeContext } from '../../types/probe-context.ts';

/**
 * Decides whether a call may probe a half-open circuit; asked for each call while fewer than `maxProbes` are in flight.
 *
 * If it throws, the error reaches the subscriber; the call was not admitted and is no rejection.
 *
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, type Permit } from 'rxjs-fluxgate';
 *
 * // Every third caller.
 * const everyThird: Permit = ({ admitted, denied }) => (admitted + denied) % 3 === 0;
 * const breaker = new CircuitBreaker({ permit: everyThird });
 * breaker.halfOpen();
 * for (let i = 0; i < 9; i++) NEVER.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
 * console.log(breaker.info().inFlight, breaker.info().rejected); // => 3 6
 * ```
 *
 * @see {@link admitAll}, {@link admitRandom}, {@link rampUp}
 * @see Fluxgate's `Permit`
 */
export type Permit = (probe: ProbeContext) => boolean;
