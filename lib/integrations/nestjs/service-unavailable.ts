import { ServiceUnavailableException, type ArgumentsHost, type HttpException } from '@nestjs/common';
import type { CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';

/** What sets a header: Express and Fastify have `header`, a plain response of Node has `setHeader`. */
interface HttpResponse {
  readonly headersSent?: boolean;
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

/** In ms: how soon to come back to a half-open circuit, whose probes decide any moment. */
const WHILE_HALF_OPEN = 1_000;

/** Makes the 503 for a client whose call was rejected, without any detail of the circuit. */
export function toServiceUnavailable(error: CallNotPermittedError): HttpException {
  return withCause(new ServiceUnavailableException({ statusCode: 503, message: 'Service Unavailable' }), error);
}

/** Defines the cause, not enumerable: given as an option, Nest 8 would send it to the client. */
export function withCause<E extends Error>(exception: E, cause: CallNotPermittedError): E {
  return Object.defineProperty(exception, 'cause', {
    value: cause,
    enumerable: false,
    configurable: true,
    writable: true,
  });
}

/** Sets `Retry-After` in whole seconds if it is known when to come back. */
export function setRetryAfter(error: CallNotPermittedError, host: ArgumentsHost): void {
  const retryAfter = getRetryAfter(error);
  if (retryAfter === undefined) return;
  const response = host.switchToHttp().getResponse<HttpResponse>();
  setHeader(response, 'Retry-After', String(Math.ceil(retryAfter / 1_000)));
}

/** Returns in how many ms to come back, or undefined if that is not known. */
export function getRetryAfter({ retryAfter, state }: CallNotPermittedError): number | undefined {
  return retryAfter ?? (state === 'half_open' ? WHILE_HALF_OPEN : undefined);
}

function setHeader(response: HttpResponse, name: string, value: string): void {
  // A handler that writes its response itself may have begun before a breaker inside it rejected.
  if (response.headersSent) return;
  if (response.header) response.header(name, value);
  else response.setHeader?.(name, value);
}
