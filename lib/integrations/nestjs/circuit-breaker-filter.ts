import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';
import { isCallNotPermitted, type CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import { setRetryAfter, toServiceUnavailable } from './service-unavailable.ts';
import { toGraphQLError, toPayload, toRpcPayload } from './to-transport-error.ts';

/** What Nest asks by `instanceof` whether an exception is for the filter: a rejection of any copy of this package. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest asks a class
abstract class Rejection {
  static [Symbol.hasInstance](error: unknown): boolean {
    return isCallNotPermitted(error);
  }
}

/** Express and Fastify alike. */
interface HttpResponse {
  readonly headersSent?: boolean;
  readonly sent?: boolean;
  readonly raw?: { end(): unknown };
  status(code: number): { send(body: unknown): unknown };
  end?(): unknown;
}

/** Of socket.io, which has `emit` for what a client gets, or of `ws`, which has `send`. */
interface WsClient {
  readonly readyState?: unknown;
  send?(text: string): unknown;
  emit?(event: string, payload: unknown): unknown;
}

/**
 * Responds to what a circuit breaker has rejected, wherever in the application: on HTTP 503 with `Retry-After`, to a
 * microservice and on a WebSocket an error of status 503, in GraphQL the code `SERVICE_UNAVAILABLE`.
 *
 * For breakers that are no handler's, as those of {@link Guarded} and of calls of `HttpService`: without it Nest responds
 * with 500 and logs each rejection. Handlers that {@link CircuitBreakerInterceptor} guards do not need it.
 *
 * *Gotchas.* Nest gives gateways no global filters: mark them with `@UseFilters(CircuitBreakerFilter)`.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { APP_FILTER } from '@nestjs/core';
 * import { CircuitBreakerFilter, CircuitBreakerModule } from 'rxjs-fluxgate/nestjs';
 *
 * @Module({
 *   imports: [CircuitBreakerModule.forRoot()],
 *   providers: [{ provide: APP_FILTER, useClass: CircuitBreakerFilter }],
 * })
 * class AppModule {}
 * ```
 *
 * @see {@link Guarded}, {@link CircuitBreakerInterceptor}
 */
export class CircuitBreakerFilter implements ExceptionFilter<CallNotPermittedError> {
  /** Responds to a rejection. */
  catch(error: CallNotPermittedError, host: ArgumentsHost): unknown {
    const type = host.getType<string>();
    // eslint-disable-next-line rxjs-x/throw-error -- what Nest sends to the client
    if (type === 'rpc') return throwError(() => toRpcPayload(error));
    // GraphQL takes an error that is returned for one that is thrown.
    if (type !== 'http' && type !== 'ws') return toGraphQLError(error);
    if (type === 'http') respond(error, host);
    else emitException(host.switchToWs().getClient<WsClient>(), toPayload(error));
    return undefined;
  }
}

// Written out, so that the package needs no compiler of decorators.
Catch(Rejection)(CircuitBreakerFilter);

function respond(error: CallNotPermittedError, host: ArgumentsHost): void {
  const response = host.switchToHttp().getResponse<HttpResponse>();
  // Too late for a status: the handler has begun to respond.
  if (response.headersSent || response.sent) return void (response.raw ?? response).end?.();
  setRetryAfter(error, host);
  const exception = toServiceUnavailable(error);
  response.status(exception.getStatus()).send(exception.getResponse());
}

function emitException(client: WsClient, payload: object): void {
  // A client of `ws` has `emit` too, for its own events.
  if (typeof client.readyState === 'number') client.send?.(JSON.stringify({ event: 'exception', data: payload }));
  else client.emit?.('exception', payload);
}
