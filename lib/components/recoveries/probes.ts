import type { CallContext } from '../../types/call-context.ts';
import { checkCount, checkDuration, checkFraction, checkOptions } from '../../util/check.ts';
import { factory } from '../../util/factory.ts';
import type { Recovery } from './recovery.ts';

/**
 * Options of {@link probes}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, probes, type ProbesOptions } from 'rxjs-fluxgate';
 *
 * const half: ProbesOptions = { maxFailureRate: 0.5 };
 * const breaker = new CircuitBreaker({ recovery: probes(4, half) });
 * breaker.halfOpen();
 * for (let i = 0; i < 3; i++) breaker.admit().error(new Error('503'));
 * console.log(breaker.state); // => open
 * ```
 *
 * @see {@link probes}
 */
export interface ProbesOptions {
  /** The share of the probes that may fail, a ratio 0..1. Default 0. */
  readonly maxFailureRate?: number | undefined;
  /** From how many ms on a probe counts towards `maxSlowRate`, above 0; failed or not. Default none does. */
  readonly slowAfter?: number | undefined;
  /** The share of the probes that may be slow, a ratio 0..1. Default `maxFailureRate`. */
  readonly maxSlowRate?: number | undefined;
}

/**
 * A recovery that judges by the first `count` probes: it reopens when more than `maxFailureRate × count` of them fail, or
 * more than `maxSlowRate × count` are slow, else closes; as soon as the rest cannot change the verdict. The tripper is not
 * asked. `probes(3, { maxFailureRate: 0.34 })` is the default of the breaker: two successes of three close.
 *
 * *Gotchas.* With a permit that admits a tenth of the calls, `count` probes take ten times as many calls.
 *
 * @param count probes, an integer of at least 1
 * @throws TypeError or RangeError if `count` is not such an integer or an option not such a number
 * @example
 * ```ts
 * import { always, CircuitBreaker, probes } from 'rxjs-fluxgate';
 *
 * // Five probes, of which one may fail.
 * const breaker = new CircuitBreaker({ retry: always(), recovery: probes(5, { maxFailureRate: 0.2 }) });
 * breaker.trip();
 * breaker.admit().error(new Error('503'));
 * for (let i = 0; i < 4; i++) breaker.admit().complete();
 * console.log(breaker.state, breaker.info().lastSignal?.detail); // => closed 4 of 5 probes succeeded
 * ```
 *
 * @see {@link byTripper}
 * @see resilience4j's `permittedNumberOfCallsInHalfOpenState`
 */
export const probes = /* @__PURE__ */ factory('probes', (count: number, options: ProbesOptions = {}): Recovery => {
  checkCount('probes: count', count);
  checkOptions('probes', options, ['maxFailureRate', 'slowAfter', 'maxSlowRate']);
  const { maxFailureRate = 0, slowAfter, maxSlowRate = maxFailureRate } = options;
  checkFraction('probes: maxFailureRate', maxFailureRate);
  checkFraction('probes: maxSlowRate', maxSlowRate);
  if (slowAfter !== undefined) checkDuration('probes: slowAfter', slowAfter);
  else if (options.maxSlowRate !== undefined) throw new TypeError('probes: maxSlowRate needs slowAfter');
  // Divided, because a product of a ratio and a count is often off by the last digit (0.29 × 100 < 29).
  const exceeded = (failures: number, slow: number): boolean =>
    failures / count > maxFailureRate || slow / count > maxSlowRate;
  const recovery = ({ failures, successes, slow }: CallContext): 'close' | 'reopen' | undefined => {
    if (exceeded(failures, slow)) return 'reopen';
    const left = Math.max(0, count - successes - failures);
    return exceeded(failures + left, slow + (slowAfter === undefined ? 0 : left)) ? undefined : 'close';
  };
  return Object.assign(recovery, { slowAfter });
});
