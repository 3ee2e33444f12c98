import { checkDuration, checkFraction, checkOptions } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import { spread } from './jitter.ts';
import type { Retry } from './retry.ts';

/**
 * Options of {@link cooldown}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, cooldown, type CooldownOptions } from 'rxjs-fluxgate';
 *
 * const options: CooldownOptions = { jitter: 0.5 };
 * const breaker = new CircuitBreaker({ retry: cooldown(10_000, options), random: () => 0 });
 * breaker.trip();
 * console.log(breaker.info().retryAt! - breaker.info().changedAt); // => 5000
 * ```
 *
 * @see {@link cooldown}
 */
export interface CooldownOptions {
  /** By how much the wait varies to either side, a ratio 0..1. Default 0. */
  readonly jitter?: number | undefined;
}

/**
 * A retry after the same wait each time.
 *
 * The wait is `ms × (1 + jitter × (2 × random() − 1))`, drawn once for each opening and rounded up to whole ms.
 *
 * @param ms the wait, above 0
 * @throws TypeError or RangeError if `ms` or `jitter` is not such a number
 * @example
 * ```ts
 * import { CircuitBreaker, cooldown } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ retry: cooldown(10_000, { jitter: 0.1 }), random: () => 0.75 });
 * breaker.trip();
 * const { retryAt = 0, changedAt } = breaker.info();
 * console.log(retryAt - changedAt); // => 10500
 * ```
 *
 * @see {@link backoff}, {@link always}, {@link never}
 * @see Fluxgate's `Cooldown`
 */
export const cooldown = /* @__PURE__ */ factory('cooldown', (ms: number, options: CooldownOptions = {}): Retry => {
  checkDuration('cooldown: ms', ms);
  checkOptions('cooldown', options, ['jitter']);
  const { jitter = 0 } = options;
  checkFraction('cooldown: jitter', jitter);
  return ({ random }) => Math.ceil(spread(ms, jitter, random));
});
