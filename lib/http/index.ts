/**
 * What users of HTTP need beside the breaker.
 *
 * @packageDocumentation
 */
export {};
