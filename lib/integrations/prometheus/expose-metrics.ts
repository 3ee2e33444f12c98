import type { Subscription } from 'rxjs';
import { register as defaultRegister, type OpenMetricsContentType, type Registry } from 'prom-client';
import { groupOf } from '../../registry/breaker-group.ts';
import type { Breakers } from '../../registry/breakers.ts';
import { checkOptions, wrongType } from '../../util/check.ts';
import { CircuitMetrics } from './circuit-metrics.ts';
import type { Register } from './metrics.ts';

/**
 * Options of {@link exposeMetrics}.
 *
 * @example
 * ```ts
 * import { Registry } from 'prom-client';
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { exposeMetrics, type ExposeMetricsOptions } from 'rxjs-fluxgate/prometheus';
 *
 * const options: ExposeMetricsOptions = { register: new Registry(), durationBuckets: [0.05, 0.1, 0.5, 1, 5] };
 * exposeMetrics(new CircuitBreakerRegistry(), options).unsubscribe();
 * ```
 *
 * @see {@link exposeMetrics}
 */
export interface ExposeMetricsOptions {
  /** The registry of prom-client's that the metrics are in. Default prom-client's own, `register`. */
  readonly register?: Registry | Registry<OpenMetricsContentType> | undefined;
  /**
   * The upper bounds of the histogram of durations, rising, in seconds. Default prom-client's: 0.005 to 10. All that is
   * exposed in one register shares one histogram, so its first exposition decides.
   */
  readonly durationBuckets?: readonly number[] | undefined;
}

/**
 * Exposes the metrics of circuit breakers to Prometheus until it is unsubscribed: states, state changes, calls by
 * outcome, durations, calls in flight and reopens, each labelled with the name of its circuit.
 *
 * *Details.* Gauges are read when Prometheus scrapes and show the breaker as it is then; counters and the histogram
 * count what happens from the call of this function on. The series of a breaker go once it is disposed, or no longer
 * in its registry; the metrics go with the last exposition. Durations are in seconds, as is the custom of Prometheus.
 *
 * *Gotchas.* Series are by name: breakers of the same name share them, and are added up. Expose a breaker once, for it
 * is counted as often as it is exposed. What is exposed is watched, so that an open circuit goes half-open on time.
 *
 * @param breakers a breaker, a registry, or breakers, of which those are taken that are there now
 * @returns what removes the series when it is unsubscribed; it is closed once all that it exposes is disposed
 * @throws TypeError or RangeError for bad options, or if the register has a metric of the same name that is not ours
 * @example
 * ```ts
 * import { Registry } from 'prom-client';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
 *
 * const register = new Registry();
 * const payments = new CircuitBreaker({ name: 'payments' });
 * exposeMetrics(payments, { register });
 * payments.trip();
 *
 * const lines = (await register.metrics()).split('\n');
 * for (const line of lines.filter((text) => /^circuit_breaker_state\{.*"(closed|open)"/.test(text))) console.log(line);
 * // => circuit_breaker_state{circuit_name="payments",state="closed"} 0
 * // => circuit_breaker_state{circuit_name="payments",state="open"} 1
 * ```
 *
 * @see Fluxgate's `PrometheusListener`, whose names and labels these are
 */
export function exposeMetrics(breakers: Breakers, options: ExposeMetricsOptions = {}): Subscription {
  checkOptions('exposeMetrics', options, ['register', 'durationBuckets']);
  const { register = defaultRegister, durationBuckets } = options;
  if (typeof (register as Partial<Register> | null)?.getSingleMetric !== 'function') {
    throw wrongType('exposeMetrics: register', "a registry of prom-client's", register);
  }
  if (durationBuckets !== undefined) checkBuckets(durationBuckets);
  const group = groupOf('exposeMetrics', breakers);
  return CircuitMetrics.in(register, durationBuckets).expose(group);
}

function checkBuckets(buckets: readonly number[]): void {
  const what = 'exposeMetrics: durationBuckets';
  if (!Array.isArray(buckets)) throw wrongType(what, 'an array of seconds', buckets);
  const rising = buckets.every((bound, i) => Number.isFinite(bound) && bound > (buckets[i - 1] ?? 0));
  if (buckets.length === 0 || !rising) {
    throw new RangeError(`${what} must be rising finite numbers of seconds above 0, got [${buckets.join(', ')}]`);
  }
}
