/**
 * What a call amounts to: `ignored` leaves no record and gives a probe's place back.
 *
 * @example
 * ```ts
 * import type { Outcome } from 'rxjs-fluxgate';
 *
 * const outcomeOf = (status: number): Outcome => (status === 404 ? 'ignored' : status < 500 ? 'success' : 'failure');
 * console.log(outcomeOf(503)); // => failure
 * ```
 *
 * @see {@link Classifier}
 */
export type Outcome = 'success' | 'failure' | 'ignored';

/**
 * Judges a call by a value: it is asked for each value until the call settles, and `undefined` leaves it pending.
 *
 * If it throws, the error reaches the subscriber and the call counts as cancelled.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, type Classifier } from 'rxjs-fluxgate';
 *
 * // fetch gives a bad response as a value, not as an error.
 * const byStatus: Classifier<{ status: number }> = ({ status }) => (status >= 500 ? 'failure' : 'success');
 *
 * const breaker = new CircuitBreaker();
 * of({ status: 503 }).pipe(circuitBreaker(breaker, { classify: byStatus })).subscribe();
 * console.log(breaker.info().metric.failureCount); // => 1
 * ```
 *
 * @see {@link firstValue}
 */
export type Classifier<T> = (value: T) => Outcome | undefined;
