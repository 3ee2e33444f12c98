import type { Subscription } from 'rxjs';
import { groupOf } from '../../registry/breaker-group.ts';
import type { CircuitViews } from '../../registry/circuit-view.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { CircuitMetrics } from './circuit-metrics.ts';
import type { ToExemplarLabels } from './exemplar-call.ts';
import { ExemplarObserver } from './exemplar-observer.ts';
import type { MetricsClient, MetricsRegister } from './register.ts';
import { toRegister } from './to-register.ts';

/**
 * Options of {@link exposeMetrics}; `client` or `register` is needed.
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
  /** The client library, `@prometheus-io/client` or `prom-client`, whose default registry the metrics go into. */
  readonly client?: MetricsClient | undefined;
  /** The registry that the metrics go into, instead of the default one of `client`. */
  readonly register?: MetricsRegister | undefined;
  /**
   * The upper bounds of the histogram of durations, rising, in seconds. Default those of the client libraries: 0.005 to 10.
   * All that is exposed in one register shares one histogram, so its first exposition decides.
   */
  readonly durationBuckets?: readonly number[] | undefined;
  /**
   * Returns the labels of a call as an exemplar of its duration, such as the id of its trace, at most 128 characters in
   * all, or undefined for none. Called in the call itself. Shown in a register for OpenMetrics. Default none.
   */
  readonly exemplarLabels?: ToExemplarLabels | undefined;
}

/**
 * Exposes the metrics of circuit breakers to Prometheus until it is unsubscribed: states, state changes, calls by
 * outcome, durations, calls in flight and reopens, each labelled with the name of its circuit.
 *
 * *Details.* Everything is read when Prometheus scrapes; a call costs a few additions. Counters and the histogram count
 * from the call of this function on. The series of a breaker go once it is disposed, or no longer in its registry; the
 * metrics go with the last exposition. Durations are in seconds, as is the custom of Prometheus.
 *
 * *Gotchas.* Series are by name: breakers of the same name share them, and are added up. Expose a breaker once: it is
 * counted as often as it is exposed. Exposed breakers are watched, so that an open circuit goes half-open on time.
 *
 * @param breakers a breaker, a registry, or breakers, of which those are taken that there are now; or shadows
 * @param options the client library or its registry, and more
 * @returns a subscription that removes the series when it is unsubscribed; closed once all breakers are disposed
 * @throws TypeError or RangeError for bad options, or if the register has a metric of the same name of another origin
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
export function exposeMetrics(breakers: CircuitViews, options: ExposeMetricsOptions): Subscription {
  // A call without options gets the message that names the needed ones.
  const given = (options as ExposeMetricsOptions | undefined) ?? {};
  checkOptions('exposeMetrics', given, ['client', 'register', 'durationBuckets', 'exemplarLabels']);
  const { durationBuckets, exemplarLabels } = given;
  const register = toRegister('exposeMetrics', given);
  if (durationBuckets !== undefined) checkBuckets(durationBuckets);
  if (exemplarLabels !== undefined) checkFunction('exposeMetrics: exemplarLabels', exemplarLabels);
  const group = groupOf('exposeMetrics', breakers);
  return CircuitMetrics.in(register, durationBuckets).expose(group, (name, stats) =>
    exemplarLabels ? new ExemplarObserver(name, stats, exemplarLabels) : stats,
  );
}

function checkBuckets(buckets: readonly number[]): void {
  const what = 'exposeMetrics: durationBuckets';
  if (!Array.isArray(buckets)) throw wrongType(what, 'an array of seconds', buckets);
  const rising = buckets.every((bound, i) => Number.isFinite(bound) && bound > (buckets[i - 1] ?? 0));
  if (buckets.length === 0 || !rising) {
    throw new RangeError(`${what} must be rising finite numbers of seconds above 0, got [${buckets.join(', ')}]`);
  }
}
