/**
 * What users of Prometheus need beside the breaker.
 *
 * @packageDocumentation
 */
export {};
