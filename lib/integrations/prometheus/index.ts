/**
 * Metrics of circuit breakers for Prometheus, by prom-client: the state of each circuit, its changes, its calls and how
 * long they take.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/prometheus
 */
export { exposeMetrics, type ExposeMetricsOptions } from './expose-metrics.ts';
