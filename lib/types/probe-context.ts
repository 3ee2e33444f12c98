/**
 * The input of a permit, which decides whether a call may probe a half-open circuit; a copy.
 *
 * All counts are of this half-open period.
 *
 * @example
 * ```ts
 * import { EMPTY, NEVER } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, type ProbeContext } from 'rxjs-fluxgate';
 *
 * // One probe at a time.
 * const permit = ({ inFlight }: ProbeContext) => inFlight === 0;
 * const breaker = new CircuitBreaker({ permit });
 * breaker.halfOpen();
 * NEVER.pipe(circuitBreaker(breaker)).subscribe();
 * EMPTY.pipe(circuitBreaker(breaker)).subscribe({ error: (error: Error) => console.log(error.name) });
 * // => CallNotPermittedError
 * ```
 *
 * @see {@link Permit}
 */
export interface ProbeContext {
  /** When the circuit went half-open, in ms of the scheduler's time. */
  readonly changedAt: number;
  /** Now, in ms of the scheduler's time; never before `changedAt`. */
  readonly now: number;
  /** Calls admitted as probes; a probe cancelled or ignored later still counts. */
  readonly admitted: number;
  /** Calls that the permit refused; those refused because `maxProbes` were in flight do not count. */
  readonly denied: number;
  /** Probes that have not settled. */
  readonly inFlight: number;
  /** The breaker's source of randomness, in [0, 1). */
  readonly random: () => number;
}
