import { HttpEventType, type HttpEvent, type HttpHandlerFn, type HttpRequest } from '@angular/common/http';
import { inject } from '@angular/core';
import { defer, Observable, tap } from 'rxjs';
import { isCallNotPermitted, type CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import type { Outcome } from '../../types/outcome.ts';
import { CIRCUIT_BREAKER_KEY } from './circuit-breaker-key.ts';
import { hostOf } from './host-of.ts';

/**
 * Guards each request of `HttpClient` by the breaker of its host, or of what {@link CIRCUIT_BREAKER_KEY} says; to be
 * used with {@link provideCircuitBreakers}.
 *
 * *Details.* A request is a success when its response has come, whatever events come before, and an error is judged by
 * the tracker. One that is unsubscribed before, as by `switchMap`, counts for nothing, and so does one that another
 * breaker rejects, that of an interceptor after this one. A rejected one ends with a `CallNotPermittedError`, as it is,
 * and neither an interceptor after this one nor the server hears of it. The key of a relative URL is the host of the
 * page, or `self` where there is no document; a URL without a host is not guarded.
 *
 * *Gotchas.* Its place in the array matters. Before it, thus around it: `retry`, so that each attempt is a call, and
 * what answers a rejection. After it, thus within it: `timeout`, so that a hang is a failure.
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
  const key = keyOf(request);
  if (key === null) return next(request);
  const registry = inject(CircuitBreakerRegistry, { optional: true });
  // Deferred, so that an interceptor after this one does nothing either while the circuit is open.
  const event$ = defer(() => next(request));
  return new Observable((subscriber) => {
    if (!registry) throw new Error('circuitBreakerInterceptor needs provideCircuitBreakers() among the providers');
    const call = registry.get(key).admit(outcomeOf);
    const recorded$ = event$.pipe(
      tap({
        next: (event) => call.next(event),
        error: (error: unknown) => (isCallNotPermitted(error) ? call.next(error) : call.error(error)),
        complete: () => call.complete(),
      }),
    );
    subscriber.add(() => call.unsubscribe());
    // A listener told at admission may have unsubscribed.
    if (!subscriber.closed) recorded$.subscribe(subscriber);
  });
}

function outcomeOf(told: HttpEvent<unknown> | CallNotPermittedError): Outcome | undefined {
  // By another breaker within this one: whatever the tracker would say, nothing is known of the host.
  if (isCallNotPermitted(told)) return 'ignored';
  // Sent, upload and download events say nothing of how a request ends.
  return told.type === HttpEventType.Response ? 'success' : undefined;
}

function keyOf({ context, url }: HttpRequest<unknown>): string | null {
  const key = context.get(CIRCUIT_BREAKER_KEY);
  return key === undefined ? hostOf(url) : key;
}
