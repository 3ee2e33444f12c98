import { checkDuration, checkOptions, checkRatio } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import type { Permit } from './permit.ts';

/**
 * Options of {@link rampUp}.
 *
 * @example
 * ```ts
 * import { rampUp, type RampUpOptions } from 'rxjs-fluxgate';
 *
 * const oneInFive: RampUpOptions = { initial: 0.2, final: 0.2, duration: 1 };
 * console.log(String(rampUp(oneInFive))); // => rampUp({ initial: 0.2, final: 0.2, duration: 1 })
 * ```
 *
 * @see {@link rampUp}
 */
export interface RampUpOptions {
  /** The share of the calls admitted at first, a ratio above 0 and at most `final`. */
  readonly initial: number;
  /** The share of the calls admitted from `duration` on, a ratio of at most 1. */
  readonly final: number;
  /** How long the share takes from `initial` to `final`, in ms, above 0. */
  readonly duration: number;
}

/**
 * A permit that admits a growing share of the calls.
 *
 * It is exact, not a coin toss: a call is admitted while `admitted < ratio × asked`, where asked counts this call too,
 * so the first caller is always a probe.
 *
 * @throws TypeError or RangeError if an option is not such a number
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, rampUp } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ permit: rampUp({ initial: 0.25, final: 1, duration: 60_000 }) });
 * breaker.halfOpen();
 * for (let i = 0; i < 7; i++) NEVER.pipe(circuitBreaker(breaker)).subscribe({ error: () => undefined });
 * console.log(breaker.info().inFlight, breaker.info().rejected); // => 2 5
 * ```
 *
 * @see {@link admitRandom}, {@link admitAll}
 * @see Fluxgate's `RampUp`
 */
export const rampUp = /* @__PURE__ */ factory('rampUp', (options: RampUpOptions): Permit => {
  checkOptions('rampUp', options, ['initial', 'final', 'duration']);
  const { initial, final, duration } = options;
  checkRatio('rampUp: initial', initial);
  checkRatio('rampUp: final', final);
  checkDuration('rampUp: duration', duration);
  if (initial > final) {
    throw new RangeError(`rampUp: initial must be at most final (${String(final)}), got ${String(initial)}`);
  }
  return ({ changedAt, now, admitted, denied }) => {
    const elapsed = now - changedAt;
    const ratio = elapsed < duration ? initial + (final - initial) * (elapsed / duration) : final;
    // Divided, because a product of a ratio and a count is often off by the last digit (0.07 × 100 > 7).
    return admitted / (admitted + denied + 1) < ratio;
  };
});
