import { ServiceUnavailableException, type ExecutionContext, type HttpException } from '@nestjs/common';
import type { CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';

/** What sets a header: Express and Fastify have `header`, a plain response of Node has `setHeader`. */
interface HttpResponse {
  readonly headersSent?: boolean;
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

/** The answer to a client whose call was rejected: a 503 that says when to come back, and nothing of what is inside. */
export function serviceUnavailable(error: CallNotPermittedError, context: ExecutionContext): HttpException {
  const { retryAfter } = error;
  if (retryAfter !== undefined) {
    const response = context.switchToHttp().getResponse<HttpResponse>();
    setHeader(response, 'Retry-After', String(Math.ceil(retryAfter / 1_000)));
  }
  // Nest 11 takes no description of its own beside a cause.
  return new ServiceUnavailableException(undefined, { cause: error, description: 'Service Unavailable' });
}

function setHeader(response: HttpResponse, name: string, value: string): void {
  // A handler that writes its response itself may have begun before a breaker inside it rejected.
  if (response.headersSent) return;
  if (response.header) response.header(name, value);
  else response.setHeader?.(name, value);
}
