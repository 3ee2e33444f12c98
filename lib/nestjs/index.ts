/**
 * What users of NestJS need beside the breaker.
 *
 * @packageDocumentation
 */
export {};
