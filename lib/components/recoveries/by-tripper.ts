import { factory } from '../../util/factory.ts';
import type { Recovery } from './recovery.ts';

/**
 * A recovery that asks the tripper: if it holds the circuit reopens, else a success closes it.
 *
 * *Gotchas.* Every state change clears the window, so `minRequests(20).and(failureRate(0.5))` needs twenty bad probes
 * to reopen, while the first good one closes. Say `failureRate(0.5).and(minRequests(20).or(halfOpened()))`, or use
 * {@link probes}.
 *
 * @example
 * ```ts
 * import { byTripper, CircuitBreaker, failureStreak } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ tripper: failureStreak(3), recovery: byTripper() });
 * breaker.halfOpen();
 * for (let i = 0; i < 2; i++) breaker.admit().error(new Error('503'));
 * console.log(breaker.state); // => half_open
 * breaker.admit().error(new Error('503'));
 * console.log(breaker.state); // => open
 * ```
 *
 * @see {@link probes}
 * @see Fluxgate, where it is the only way
 */
export const byTripper = /* @__PURE__ */ factory(
  'byTripper',
  (): Recovery => (context, tripper) =>
    tripper.test(context) ? 'reopen' : context.outcome === 'success' ? 'close' : undefined,
);
