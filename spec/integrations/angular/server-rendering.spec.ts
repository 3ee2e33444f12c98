import 'zone.js/node';
import '@angular/compiler';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import type { ApplicationRef } from '@angular/core';
import { Component, inject, provideZoneChangeDetection, type Provider } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { bootstrapApplication, type BootstrapContext } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { catchError, of } from 'rxjs';
import { CircuitBreakerRegistry, cooldown, failureStreak, isCallNotPermitted } from 'rxjs-fluxgate';
import {
  circuitBreakerInterceptor,
  injectCircuit,
  outsideAngularScheduler,
  provideCircuitBreakers,
} from 'rxjs-fluxgate/angular';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';
import { inZone } from './application.ts';

let server: FlakyServer;
const host = (): string => new URL(server.url).host;

beforeAll(async () => {
  server = await FlakyServer.start();
});
beforeEach(() => {
  server.behaviour = { status: 503 };
  server.requests = 0;
});
afterAll(() => server.stop());

/** An hour: a page that waits for it is never rendered. */
const options = { tripper: failureStreak(1), retry: cooldown(3_600_000) };

@Component({
  selector: 'app-root',
  template: `stock: {{ amount() }}, circuit: {{ stock.state() }}, available: {{ stock.available() }}`,
})
class ByInjectCircuit {
  readonly stock = injectCircuit(host());
  readonly amount = toSignal(requestOnce(), { requireSync: false });
}

@Component({ selector: 'app-root', template: `stock: {{ amount() }}, circuit: {{ state() }}` })
class ByToSignal {
  readonly state = toSignal(inject(CircuitBreakerRegistry).get(host()).state$, { requireSync: true });
  readonly amount = toSignal(requestOnce(), { requireSync: false });
}

function requestOnce() {
  return inject(HttpClient)
    .get(server.url)
    .pipe(catchError((error: unknown) => of(isCallNotPermitted(error) ? 'rejected' : 'failed')));
}

async function render(
  component: typeof ByInjectCircuit | typeof ByToSignal,
  ...providers: Provider[]
): Promise<string> {
  const config = {
    providers: [
      provideZoneChangeDetection(),
      provideServerRendering(),
      provideHttpClient(withInterceptors([circuitBreakerInterceptor, inZone])),
      provideCircuitBreakers(options),
      ...providers,
    ],
  };
  let app: ApplicationRef | undefined;
  const bootstrap = async (context: BootstrapContext): Promise<ApplicationRef> =>
    (app = await bootstrapApplication(component, config, context));
  const html = await renderApplication(bootstrap, {
    document: '<app-root></app-root>',
    url: 'http://page.example/',
    allowedHosts: ['page.example'],
  });
  expect(app?.destroyed).toBe(true);
  return /<app-root[^>]*>(.*?)<\/app-root>/s.exec(html)?.[1] ?? html;
}

describe('a page rendered on a server with zone.js', () => {
  it('should wait for a circuit with the asyncScheduler, so that the tests below can fail', async () => {
    const registry = new CircuitBreakerRegistry({ ...options, retry: cooldown(300), tracker: () => true });
    const providers = [{ provide: CircuitBreakerRegistry, useValue: registry }];
    expect(await render(ByToSignal, ...providers)).toBe('stock: failed, circuit: half_open');
    registry.dispose();
  });

  it('should not wait for a circuit with the asyncScheduler that injectCircuit shows', async () => {
    const registry = new CircuitBreakerRegistry({ ...options, tracker: () => true });
    const providers = [{ provide: CircuitBreakerRegistry, useValue: registry }];
    expect(await render(ByInjectCircuit, ...providers)).toBe('stock: failed, circuit: open, available: false');
    registry.dispose();
  });

  it('should not wait for the circuit that its request opens, which toSignal(state$) watches', async () => {
    expect(await render(ByToSignal)).toBe('stock: failed, circuit: open');
  });

  it('should not wait for the circuit that injectCircuit shows', async () => {
    expect(await render(ByInjectCircuit)).toBe('stock: failed, circuit: open, available: false');
  });

  it('should not wait for a circuit that all pages share, and show it open at once', async () => {
    const shared = new CircuitBreakerRegistry({ ...options, tracker: () => true, scheduler: outsideAngularScheduler });
    const providers = [{ provide: CircuitBreakerRegistry, useValue: shared }];
    expect(await render(ByInjectCircuit, ...providers)).toBe('stock: failed, circuit: open, available: false');
    expect(await render(ByToSignal, ...providers)).toBe('stock: rejected, circuit: open');
    expect(server.requests).toBe(1);
    shared.dispose();
  });
});
