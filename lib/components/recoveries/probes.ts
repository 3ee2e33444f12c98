import { checkCount, checkFraction, checkOptions } from '../../util/check.ts';
import type { Recovery } from './recovery.ts';

/**
 * Options of {@link probes}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, probes, type ProbesOptions } from 'rxjs-fluxgate';
 *
 * const half: ProbesOptions = { maxFailureRate: 0.5 };
 * console.log(new CircuitBreaker({ recovery: probes(4, half) }).state); // => closed
 * ```
 *
 * @see {@link probes}
 */
export interface ProbesOptions {
  /** The share of the probes that may fail, a ratio 0..1. Default 0. */
  readonly maxFailureRate?: number | undefined;
}

/**
 * A recovery that judges by the first `count` probes: it reopens when more than `maxFailureRate × count` of them fail,
 * else closes, as soon as the rest cannot change the verdict. The tripper
 * is not asked.
 *
 * *Gotchas.* The default permit `rampUp` admits a tenth of the calls at first, so `count` probes may take ten times as
 * many calls; with {@link admitAll} the first `count` callers are the probes.
 *
 * @param count probes, an integer of at least 1
 * @throws TypeError or RangeError if `count` is not such an integer or `maxFailureRate` not such a ratio
 * @example
 * ```ts
 * import { CircuitBreaker, probes } from 'rxjs-fluxgate';
 *
 * // Five probes, of which one may fail.
 * const breaker = new CircuitBreaker({ recovery: probes(5, { maxFailureRate: 0.2 }) });
 * console.log(breaker.state); // => closed
 * ```
 *
 * @see {@link byTripper}
 * @see resilience4j's `permittedNumberOfCallsInHalfOpenState`
 */
export function probes(count: number, options: ProbesOptions = {}): Recovery {
  checkCount('probes: count', count);
  checkOptions('probes', options, ['maxFailureRate']);
  const { maxFailureRate = 0 } = options;
  checkFraction('probes: maxFailureRate', maxFailureRate);
  // Divided, because a product of a ratio and a count is often off by the last digit (0.29 × 100 < 29).
  const tooMany = (failures: number): boolean => failures / count > maxFailureRate;
  return ({ failures, successes }) => {
    if (tooMany(failures)) return 'reopen';
    return tooMany(count - successes) ? undefined : 'close';
  };
}
