import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, finalize, from, mergeMap, throwError, type Observable } from 'rxjs';
import { isCallNotPermitted, type CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import { circuitBreaker } from '../../operator/circuit-breaker.ts';
import { firstValue } from '../../operator/first-value.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { resolveCircuit } from './circuit-metadata.ts';
import { guardResponse } from './guard-response.ts';
import { toTransportError } from './to-transport-error.ts';

/** The requests that are in a breaker now: an interceptor met twice, on the controller and on the handler, guards once. */
const guarded = new WeakSet<ExecutionContext>();

/**
 * Guards handlers by breakers of the registry, and responds to a rejected request with 503, `Service Unavailable`, and
 * `Retry-After` in whole seconds if it is known. {@link UseCircuitBreaker} applies it; provided as `APP_INTERCEPTOR` it
 * guards every handler.
 *
 * *Details.* A rejected request reaches neither the handler nor its pipes; guards have run before. A rejection by a
 * breaker inside the handler, as around a call of `HttpService`, gets the same response, and the call of the handler is
 * not counted. The exception's `cause` is the `CallNotPermittedError`; the client gets nothing of it. A microservice
 * responds with an `RpcException` of gRPC's code 14, `UNAVAILABLE`, a gateway with a `WsException`, GraphQL with the code
 * `SERVICE_UNAVAILABLE`. Outside HTTP a handler settles by its first value, because what it returns may be a stream. A
 * handler that writes the response itself, by `@Res()`, settles by its status when it has ended, and a `StreamableFile`
 * by the end or the error of its stream. A handler of `@Sse()` is not guarded.
 *
 * *Gotchas.* Interceptors that come after it are inside of it: a timeout must be one of these, or be in the handler,
 * to be seen as a failure; one around it, as a global one is around {@link UseCircuitBreaker}, is a client that leaves.
 * `Retry-After` is set at once: an interceptor around it that replaces the 503 must remove it.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { APP_INTERCEPTOR } from '@nestjs/core';
 * import { CircuitBreakerInterceptor, CircuitBreakerModule } from 'rxjs-fluxgate/nestjs';
 *
 * @Module({
 *   imports: [CircuitBreakerModule.forRoot()],
 *   providers: [{ provide: APP_INTERCEPTOR, useClass: CircuitBreakerInterceptor }],
 * })
 * class AppModule {}
 * ```
 *
 * @see {@link SkipCircuitBreaker}
 */
export class CircuitBreakerInterceptor implements NestInterceptor {
  private readonly _registry: CircuitBreakerRegistry;

  constructor(registry: CircuitBreakerRegistry) {
    this._registry = registry;
  }

  /** Guards a handler; for Nest. */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const circuit = resolveCircuit(context);
    if (circuit === undefined || guarded.has(context)) return next.handle();

    const breaker = this._registry.get(circuit);
    const handled$ = next.handle();
    guarded.add(context);
    const guarded$ =
      context.getType() === 'http'
        ? guardResponse(handled$, breaker, context)
        : handled$.pipe(circuitBreaker(breaker, { classify: firstValue }));
    return guarded$.pipe(
      catchError((error: unknown) =>
        isCallNotPermitted(error) ? reject(error, context) : throwError(() => error as Error),
      ),
      finalize(() => guarded.delete(context)),
    );
  }
}

// Written out, so that the package needs no compiler of decorators.
Injectable()(CircuitBreakerInterceptor);
Inject(CircuitBreakerRegistry)(CircuitBreakerInterceptor, undefined, 0);

function reject(error: CallNotPermittedError, context: ExecutionContext): Observable<never> {
  const exception = toTransportError(error, context);
  if (exception instanceof Error) return throwError(() => exception);
  return from(exception).pipe(mergeMap((loaded) => throwError(() => loaded)));
}
