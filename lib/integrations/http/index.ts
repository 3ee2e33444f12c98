/**
 * What users of HTTP need beside the breaker, whichever client they use: {@link httpDefaults} sets the options of a
 * breaker, {@link guardFetch} guards a `fetch`, {@link okJson} and {@link throwUnlessOk} turn bad responses into errors,
 * {@link httpFailure} and {@link grpcFailure} distinguish failures of the dependency from bad requests, {@link responseOutcome}
 * judges responses that are values, {@link retryAfter} waits as long as the server asks.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/http
 */
export { grpcFailure, type GrpcFailureOptions } from './grpc-failure.ts';
export { guardFetch, type FetchLike, type GuardFetchOptions } from './guard-fetch.ts';
export { httpDefaults, type HttpDefaults, type HttpDefaultsOptions } from './http-defaults.ts';
export { httpFailure } from './http-failure.ts';
export { HttpStatusError, type StatusResponse } from './http-status-error.ts';
export { okJson } from './ok-json.ts';
export { responseOutcome } from './response-outcome.ts';
export { retryAfter, type RetryAfterOptions } from './retry-after.ts';
export type { FailingStatuses, StatusOptions } from './status-options.ts';
export { throwUnlessOk } from './throw-unless-ok.ts';
