import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, tap, type Observable } from 'rxjs';
import { isCallNotPermitted } from '../../errors/call-not-permitted-error.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { circuitOf } from './circuit-of.ts';
import { guard } from './guard.ts';
import { serviceUnavailable } from './service-unavailable.ts';

/** The requests that are in a breaker now: an interceptor met twice, on the controller and on the handler, guards once. */
const guarded = new WeakSet<ExecutionContext>();

/**
 * Guards handlers by breakers of the registry, and answers a rejected request with 503, `Service Unavailable`, and
 * `Retry-After` in whole seconds if it is known. {@link UseCircuitBreaker} applies it; provided as `APP_INTERCEPTOR` it
 * guards every handler.
 *
 * *Details.* A rejected request reaches neither the handler nor its pipes; guards have run before. A rejection by a
 * breaker inside the handler, as around a call of `HttpService`, is answered alike, and for the handler's own breaker
 * the call counts for nothing, whatever its options say. The exception's `cause` is the `CallNotPermittedError`; the
 * client is told nothing of it. Outside HTTP the rejection passes as it is, and a handler settles by its first value,
 * because what it returns may be a stream. A handler of `@Sse()` passes untouched.
 *
 * *Gotchas.* Interceptors that come after it are inside of it: a timeout must be one of these, or be in the handler,
 * to be seen as a failure; one around it, as a global one is around {@link UseCircuitBreaker}, is a client that leaves.
 * `Retry-After` is set at once: an interceptor around it that answers something else in place of the 503 must remove it.
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
  readonly #registry: CircuitBreakerRegistry;

  constructor(registry: CircuitBreakerRegistry) {
    this.#registry = registry;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const circuit = circuitOf(context);
    if (circuit === undefined || guarded.has(context)) return next.handle();

    const breaker = this.#registry.get(circuit);
    const isHttp = context.getType() === 'http';
    guarded.add(context);
    return guard(next.handle(), breaker, isHttp ? 'end' : 'first value').pipe(
      finalize(() => guarded.delete(context)),
      tap({
        error: (error: unknown) => {
          if (isHttp && isCallNotPermitted(error)) throw serviceUnavailable(error, context);
        },
      }),
    );
  }
}

// Written out, so that the package needs no compiler of decorators.
Injectable()(CircuitBreakerInterceptor);
Inject(CircuitBreakerRegistry)(CircuitBreakerInterceptor, undefined, 0);
