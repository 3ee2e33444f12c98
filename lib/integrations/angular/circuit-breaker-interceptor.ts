import { HttpEventType, type HttpEvent, type HttpHandlerFn, type HttpRequest } from '@angular/common/http';
import { inject } from '@angular/core';
import { defer, throwError, type Observable } from 'rxjs';
import { circuitBreaker, type CircuitBreakerConfig } from '../../operator/circuit-breaker.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { CIRCUIT_BREAKER_KEY } from './circuit-breaker-key.ts';
import { getHost } from './get-host.ts';

/** Sent, upload and download events do not show how a request ends. */
const UNTIL_RESPONSE: CircuitBreakerConfig<HttpEvent<unknown>> = {
  classify: ({ type }) => (type === HttpEventType.Response ? 'success' : undefined),
};

/**
 * Guards each request of `HttpClient` by the breaker of its host, or of the key in {@link CIRCUIT_BREAKER_KEY}; used with
 * {@link provideCircuitBreakers}.
 *
 * *Details.* A request is a success when its response has come, whatever events come before, and an error is judged by
 * the tracker. A request that is unsubscribed before, as by `switchMap`, is not counted, and neither is one that ends with
 * the rejection of another breaker. A rejected request ends with the `CallNotPermittedError` itself, and reaches neither
 * the interceptors after this one nor the server. The key of a relative URL is the host of the page, or `self` where there
 * is no document; a URL without a host is not guarded.
 *
 * *Gotchas.* The order of interceptors matters. Before this one, thus around it: `retry`, so that each attempt is a call,
 * and fallbacks. After it, thus within it: `timeout`, so that a hang is a failure. Give it once: a lazy route that gives it
 * again, with `withRequestsMadeViaParent()`, counts each request twice.
 *
 * @throws Error through the response if there is no {@link CircuitBreakerRegistry} to inject
 * @example
 * ```ts
 * import '@angular/compiler'; // as there is no build here, nor a document with images
 * import { IMAGE_CONFIG } from '@angular/common';
 * import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
 * import { createApplication } from '@angular/platform-browser';
 * import { CircuitBreakerRegistry, isCallNotPermitted } from 'rxjs-fluxgate';
 * import { circuitBreakerInterceptor, provideCircuitBreakers } from 'rxjs-fluxgate/angular';
 *
 * const { injector } = await createApplication({
 *   providers: [
 *     provideHttpClient(withInterceptors([circuitBreakerInterceptor])),
 *     provideCircuitBreakers(),
 *     { provide: IMAGE_CONFIG, useValue: { disableImageSizeWarning: true, disableImageLazyLoadWarning: true } },
 *   ],
 * });
 *
 * injector.get(CircuitBreakerRegistry).get('stock.example').trip();
 * injector.get(HttpClient).get('https://stock.example/42').subscribe({
 *   error: (error: unknown) => console.log(isCallNotPermitted(error) && error.circuit), // => stock.example
 * });
 * ```
 *
 * @see {@link provideCircuitBreakers}, {@link CIRCUIT_BREAKER_KEY}
 */
export function circuitBreakerInterceptor(
  request: HttpRequest<unknown>,
  next: HttpHandlerFn,
): Observable<HttpEvent<unknown>> {
  const key = getKey(request);
  if (key === null) return next(request);
  const registry = inject(CircuitBreakerRegistry, { optional: true });
  if (!registry) {
    return throwError(() => new Error('circuitBreakerInterceptor needs provideCircuitBreakers() among the providers'));
  }
  // Deferred, so that an interceptor after this one does nothing either while the circuit is open.
  const event$ = defer(() => next(request));
  // The registry is asked at each call: it may have evicted the breaker since.
  return defer(() => event$.pipe(circuitBreaker(registry.get(key), UNTIL_RESPONSE)));
}

function getKey({ context, url }: HttpRequest<unknown>): string | null {
  const key = context.get(CIRCUIT_BREAKER_KEY);
  return key === undefined ? getHost(url) : key;
}
