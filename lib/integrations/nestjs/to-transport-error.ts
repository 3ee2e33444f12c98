import { HttpException, type ArgumentsHost } from '@nestjs/common';
import type { CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import { getRetryAfter, setRetryAfter, toServiceUnavailable, withCause } from './service-unavailable.ts';

/** The status of gRPC for a service that is not there just now. */
const UNAVAILABLE = 14;

/** What a client of a microservice or of a gateway gets. */
export interface RejectionPayload {
  readonly status: 'error';
  readonly statusCode: 503;
  readonly message: 'Service Unavailable';
  /** In ms; left out if it is not known. */
  readonly retryAfter?: number;
}

/**
 * Makes of a rejection the exception that the transport of a handler knows, which Nest neither logs nor takes for an
 * unknown error. On HTTP it sets `Retry-After`. The rejection itself if the transport is not known.
 */
export function toTransportError(error: CallNotPermittedError, host: ArgumentsHost): Error | Promise<Error> {
  switch (host.getType<string>()) {
    case 'http':
      setRetryAfter(error, host);
      return toServiceUnavailable(error);
    case 'graphql':
      return toGraphQLError(error);
    case 'rpc':
      return toRpcException(error);
    case 'ws':
      return toWsException(error);
    default:
      return error;
  }
}

/**
 * An `HttpException`, which Nest does not log, with the `extensions` that GraphQL sends. Its response is a text: of one
 * with a status Nest's Apollo driver would replace the code.
 */
export function toGraphQLError(error: CallNotPermittedError): Error {
  const { retryAfter } = toPayload(error);
  const extensions = { code: 'SERVICE_UNAVAILABLE', ...(retryAfter === undefined ? {} : { retryAfter }) };
  return Object.assign(withCause(new HttpException('Service Unavailable', 503), error), { extensions });
}

export function toRpcPayload(error: CallNotPermittedError): RejectionPayload & { readonly code: number } {
  return { ...toPayload(error), code: UNAVAILABLE };
}

export function toPayload(error: CallNotPermittedError): RejectionPayload {
  const retryAfter = getRetryAfter(error);
  return {
    status: 'error',
    statusCode: 503,
    message: 'Service Unavailable',
    ...(retryAfter === undefined ? {} : { retryAfter: Math.ceil(retryAfter) }),
  };
}

// Imported when they are needed: an application of another kind has no such package.

async function toRpcException(error: CallNotPermittedError): Promise<Error> {
  const { RpcException } = await import('@nestjs/microservices');
  return withCause(new RpcException(toRpcPayload(error)), error);
}

async function toWsException(error: CallNotPermittedError): Promise<Error> {
  const { WsException } = await import('@nestjs/websockets');
  return withCause(new WsException(toPayload(error)), error);
}
