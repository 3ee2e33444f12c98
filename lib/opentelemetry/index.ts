/**
 * What users of OpenTelemetry need beside the breaker.
 *
 * @packageDocumentation
 */
export {};
