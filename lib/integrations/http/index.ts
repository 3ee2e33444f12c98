/**
 * What users of HTTP need beside the breaker, whichever client they use: {@link httpFailure} tells failures of the
 * dependency from bad requests, {@link responseOutcome} judges responses that are values, {@link retryAfter} waits as
 * long as the server asks.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/http
 */
export { httpFailure } from './http-failure.ts';
export { responseOutcome } from './response-outcome.ts';
export { retryAfter, type RetryAfterOptions } from './retry-after.ts';
export type { FailingStatuses, StatusOptions } from './status-options.ts';
