// To be imported after '@angular/compiler', which compiles what Angular ships half compiled.
import { IMAGE_CONFIG } from '@angular/common';
import { HttpClient, HttpErrorResponse, provideHttpClient, withInterceptors } from '@angular/common/http';
import type { HttpInterceptorFn } from '@angular/common/http';
import {
  inject,
  NgZone,
  RendererFactory2,
  type ApplicationRef,
  type EnvironmentProviders,
  type Provider,
} from '@angular/core';
import { createApplication } from '@angular/platform-browser';
import { lastValueFrom, Observable } from 'rxjs';
import { CircuitBreakerRegistry, type CircuitBreaker, type RegistryOptions } from 'rxjs-fluxgate';
import { circuitBreakerInterceptor, provideCircuitBreakers } from 'rxjs-fluxgate/angular';
import { afterEach, vi } from 'vitest';

const applications = new Set<ApplicationRef>();

/** Emits in the zone, like a build for zone.js, whose async functions are compiled so that they stay there. */
export const inZone: HttpInterceptorFn = (request, next) => {
  const zone = inject(NgZone);
  return new Observable((subscriber) =>
    next(request).subscribe({
      next: (event) => zone.run(() => subscriber.next(event)),
      error: (error: unknown) => zone.run(() => subscriber.error(error)),
      complete: () => zone.run(() => subscriber.complete()),
    }),
  );
};

/** An Angular application without components, which need no document; ended after the test. */
export async function application(...providers: (Provider | EnvironmentProviders)[]): Promise<ApplicationRef> {
  const withoutDocument = [
    { provide: IMAGE_CONFIG, useValue: { disableImageSizeWarning: true, disableImageLazyLoadWarning: true } },
    { provide: RendererFactory2, useValue: null },
  ];
  const app = await createApplication({ providers: [...withoutDocument, ...providers] });
  applications.add(app);
  return app;
}

/** Ends the applications of each test of the file. */
export function endApplications(): void {
  afterEach(() => {
    for (const app of applications) if (!app.destroyed) app.destroy();
    applications.clear();
  });
}

/** Waits for what comes with a server's answer, also on a busy machine. */
export function eventually(assertion: () => void): Promise<void> {
  return vi.waitFor(assertion, 4_000);
}

/** What a test of HTTP needs. */
export interface Client {
  readonly app: ApplicationRef;
  readonly http: HttpClient;
  readonly registry: CircuitBreakerRegistry;
  readonly breakerOf: (url: string) => CircuitBreaker;
}

/** An application with an HttpClient that asks circuit breakers. */
export async function client(
  options: RegistryOptions = {},
  interceptors: HttpInterceptorFn[] = [circuitBreakerInterceptor],
  ...providers: (Provider | EnvironmentProviders)[]
): Promise<Client> {
  const http = provideHttpClient(withInterceptors(interceptors));
  const app = await application(http, provideCircuitBreakers(options), ...providers);
  const registry = app.injector.get(CircuitBreakerRegistry);
  const breakerOf = (url: string): CircuitBreaker => registry.get(new URL(url).host);
  return { app, http: app.injector.get(HttpClient), registry, breakerOf };
}

/** The last value of a request; rejects with its error. */
export function resultOf(request$: Observable<unknown>): Promise<unknown> {
  return lastValueFrom(request$, { defaultValue: undefined });
}

/** How a request ends: `ok`, the status of its error, or the name of it. */
export async function endOf(request$: Observable<unknown>): Promise<string | number> {
  try {
    await resultOf(request$);
    return 'ok';
  } catch (error) {
    return error instanceof HttpErrorResponse ? error.status : (error as Error).name;
  }
}

/** How some requests end, one after the other. */
export async function endsOf(count: number, request$: Observable<unknown>): Promise<(string | number)[]> {
  const ends: (string | number)[] = [];
  for (let i = 0; i < count; i++) ends.push(await endOf(request$));
  return ends;
}
