import type { Outcome } from '../types/outcome.ts';

/**
 * A classifier to which every value is a success, so that the first one settles the call; for streams that never end.
 *
 * It is the classifier itself, to be passed as it is and not called.
 *
 * @example
 * ```ts
 * import { concat, NEVER, of } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, firstValue } from 'rxjs-fluxgate';
 *
 * const prices = new CircuitBreaker({ name: 'prices' });
 * const price$ = concat(of(42), NEVER).pipe(circuitBreaker(prices, { classify: firstValue }));
 * price$.subscribe((price) => console.log(price, prices.info().inFlight)); // => 42 0
 * ```
 *
 * @see {@link Classifier}
 */
export function firstValue(): Outcome {
  return 'success';
}
