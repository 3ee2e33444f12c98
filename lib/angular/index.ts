/**
 * What users of Angular need beside the breaker.
 *
 * @packageDocumentation
 */
export {};
