/**
 * What users of Slack need beside the breaker.
 *
 * @packageDocumentation
 */
export {};
