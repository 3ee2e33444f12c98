import { checkAtLeast, checkDuration, checkFraction, checkOptions } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { spread } from './jitter.ts';
import type { Retry } from './retry.ts';

/**
 * Options of {@link backoff}.
 *
 * @example
 * ```ts
 * import { backoff, CircuitBreaker, type BackoffOptions } from 'rxjs-fluxgate';
 *
 * const options: BackoffOptions = { initial: 1_000, multiplier: 3, max: 60_000 };
 * const breaker = new CircuitBreaker({ retry: backoff(options) });
 * breaker.trip();
 * console.log(breaker.info().retryAt! - breaker.info().changedAt); // => 1000
 * ```
 *
 * @see {@link backoff}
 */
export interface BackoffOptions {
  /** The first wait, in ms, above 0. */
  readonly initial: number;
  /** By what the wait grows with each reopening, at least 1. Default 2. */
  readonly multiplier?: number | undefined;
  /** The longest wait, in ms, at least `initial`. Default 300_000. */
  readonly max?: number | undefined;
  /** By how much the wait varies to either side, a ratio 0..1. Default 0. */
  readonly jitter?: number | undefined;
}

/**
 * A retry that waits longer each time that the circuit reopens, and starts over once it has closed.
 *
 * The wait is `min(max, initial × multiplier^reopens)`, then jitter as in {@link cooldown}, then again at most `max`,
 * rounded up to whole ms. `backoff({ initial: 5_000, max: 60_000, jitter: 0.2 })` is the default of the breaker.
 *
 * @throws TypeError or RangeError if an option is not such a number
 * @example
 * ```ts
 * import { backoff, CircuitBreaker, probes } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ retry: backoff({ initial: 10_000, max: 30_000 }), recovery: probes(1) });
 * const waits: number[] = [];
 * breaker.signal$.subscribe(({ retryAt, timestamp }) => retryAt && waits.push(retryAt - timestamp));
 * breaker.trip();
 * for (let i = 0; i < 2; i++) {
 *   breaker.halfOpen();
 *   breaker.admit().error(new Error('still down'));
 * }
 * console.log(waits); // => [ 10000, 20000, 30000 ]
 * breaker.dispose();
 * ```
 *
 * @see {@link cooldown}
 * @see Fluxgate's `Backoff`
 * @see Exponential Backoff And Jitter, Marc Brooker, AWS Architecture Blog, 2015
 */
export const backoff = /* @__PURE__ */ factory('backoff', (options: BackoffOptions): Retry => {
  checkOptions('backoff', options, ['initial', 'multiplier', 'max', 'jitter']);
  const { initial, multiplier = 2, max = 300_000, jitter = 0 } = options;
  checkDuration('backoff: initial', initial);
  checkAtLeast('backoff: multiplier', 1, multiplier);
  checkAtLeast('backoff: max', initial, max);
  checkFraction('backoff: jitter', jitter);
  return ({ reopens, random }) => {
    // A power too large for a number is Infinity, of which min makes max.
    const wait = Math.min(max, initial * multiplier ** reopens);
    return Math.ceil(Math.min(max, spread(wait, jitter, random)));
  };
});
