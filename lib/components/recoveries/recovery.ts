import type { CallContext } from '../../types/call-context.ts';
import type { Tripper } from '../trippers/tripper.ts';

/**
 * Decides a half-open circuit: to close it, to reopen it, or `undefined` to wait for more; asked after each recorded
 * outcome of a probe.
 *
 * If it throws, or returns anything else, the error reaches the subscriber; the outcome stays recorded and the state as
 * it was.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, type Recovery } from 'rxjs-fluxgate';
 *
 * // Three successes in a row.
 * const threeInARow: Recovery = ({ outcome, consecutiveSuccesses }) =>
 *   outcome === 'failure' ? 'reopen' : consecutiveSuccesses >= 3 ? 'close' : undefined;
 * const breaker = new CircuitBreaker({ recovery: threeInARow });
 * breaker.halfOpen();
 * for (let i = 0; i < 3; i++) breaker.admit().complete();
 * console.log(breaker.info().lastSignal?.reason); // => recovered
 * ```
 *
 * @see {@link byTripper}, {@link probes}
 */
export interface Recovery {
  (context: CallContext, tripper: Tripper): 'close' | 'reopen' | undefined;
  /** From how many ms on `CallContext.slow` counts a probe as slow. Default none is. */
  readonly slowAfter?: number | undefined;
}
