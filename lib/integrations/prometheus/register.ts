/**
 * The part of a registry of metrics that {@link exposeMetrics} uses: `Registry` of `@prometheus-io/client` and of its
 * predecessor `prom-client` have it.
 *
 * @example
 * ```ts
 * import { Registry } from 'prom-client';
 * import type { MetricsRegister } from 'rxjs-fluxgate/prometheus';
 *
 * const register: MetricsRegister = new Registry();
 * console.log(register.getSingleMetric('circuit_breaker_state')); // => undefined
 * ```
 *
 * @see {@link ExposeMetricsOptions.register}
 */
export interface MetricsRegister {
  /** Adds a metric, by its name. */
  registerMetric(metric: object): void;
  /** Returns the metric of a name. */
  getSingleMetric(name: string): object | undefined;
  /** Removes the metric of a name. */
  removeSingleMetric(name: string): void;
}

/**
 * The part of a client library for Prometheus that {@link exposeMetrics} uses: its default registry.
 *
 * @example
 * ```ts
 * import * as client from 'prom-client';
 * import type { MetricsClient } from 'rxjs-fluxgate/prometheus';
 *
 * const chosen: MetricsClient = client;
 * console.log(chosen.register === client.register); // => true
 * ```
 *
 * @see {@link ExposeMetricsOptions.client}
 */
export interface MetricsClient {
  /** The default registry. */
  readonly register: MetricsRegister;
}
