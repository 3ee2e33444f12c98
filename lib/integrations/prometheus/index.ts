/**
 * Metrics of circuit breakers for Prometheus, by `@prometheus-io/client` or `prom-client`: the state of each circuit, its
 * changes, its calls and how long they take.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/prometheus
 */
export type { ExemplarCall } from './exemplar-call.ts';
export { exposeFleetMetrics, type ExposeFleetMetricsOptions } from './expose-fleet-metrics.ts';
export { exposeMetrics, type ExposeMetricsOptions } from './expose-metrics.ts';
export type { MetricsClient, MetricsRegister } from './register.ts';
