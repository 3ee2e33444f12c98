import '@angular/compiler';
import { HttpErrorResponse } from '@angular/common/http';
import {
  Component,
  Injector,
  PLATFORM_ID,
  runInInjectionContext,
  TransferState,
  type ApplicationRef,
} from '@angular/core';
import { bootstrapApplication, type BootstrapContext } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { CircuitBreakerRegistry, cooldown, type CircuitBreaker } from 'rxjs-fluxgate';
import { injectCircuit, provideCircuitBreakers, provideCircuitTransfer } from 'rxjs-fluxgate/angular';
import { config } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail } from '../../support/script.ts';
import { application, endApplications } from './application.ts';

const keys = ['stock', 'payments', 'unused'];

@Component({ selector: 'app-root', template: `{{ stock.state() }}` })
class AppComponent {
  readonly stock = injectCircuit('stock');
}

/** Renders a page of which the circuits were brought somewhere; returns its state, as it stands in the page. */
async function render(prepare: (registry: CircuitBreakerRegistry) => void): Promise<string> {
  Reflect.set(globalThis, 'ngServerMode', true);
  const providers = [
    provideServerRendering(),
    provideCircuitBreakers({ retry: cooldown(60_000) }),
    provideCircuitTransfer(keys),
  ];
  const bootstrap = async (context: BootstrapContext): Promise<ApplicationRef> => {
    const app = await bootstrapApplication(AppComponent, { providers }, context);
    prepare(app.injector.get(CircuitBreakerRegistry));
    return app;
  };
  const options = { document: '<app-root></app-root>', url: 'http://page.example/', allowedHosts: ['page.example'] };
  const html = await renderApplication(bootstrap, options);
  return /<script id="ng-state" type="application\/json">(.*?)<\/script>/s.exec(html)?.[1] ?? '{}';
}

/** A build replaces this constant; to import the server's platform sets it. */
function inBrowser(): void {
  Reflect.set(globalThis, 'ngServerMode', false);
}

/** The application in the browser that the page becomes. */
async function hydrate(state: string, scheduler = new ManualScheduler(Date.now())) {
  const transferState = new TransferState();
  for (const [key, value] of Object.entries(JSON.parse(state) as Record<string, unknown>)) {
    transferState.set(key as never, value);
  }
  inBrowser();
  const app = await application(
    provideCircuitBreakers({ retry: cooldown(60_000), scheduler }),
    provideCircuitTransfer(keys),
    { provide: TransferState, useValue: transferState },
    { provide: PLATFORM_ID, useValue: 'browser' },
  );
  const registry = app.injector.get(CircuitBreakerRegistry);
  return { app, scheduler, breaker: (key: string): CircuitBreaker => registry.get(key) };
}

describe('provideCircuitTransfer', () => {
  endApplications();

  it('should hand an open circuit on to the browser, with what is left of its wait', async () => {
    const state = await render((registry) => {
      for (let i = 0; i < 5; i++) fail(registry.get('stock'), new HttpErrorResponse({ status: 503 }));
      registry.get('payments');
    });
    const { app, breaker, scheduler } = await hydrate(state);
    const stock = runInInjectionContext(app.injector.get(Injector), () => injectCircuit('stock'));
    expect([stock.state(), stock.available()]).toStrictEqual(['open', false]);
    expect(breaker('payments').state).toBe('closed');
    scheduler.pass(60_000);
    expect(stock.state()).toBe('half_open');
  });

  it('should give the page no more than the keys and the states', async () => {
    const state = await render((registry) => registry.get('stock').trip('the password is 1234'));
    expect(state).toContain('stock');
    expect(state).not.toMatch(/password|payments/);
  });

  it('should leave manual states where they are, and circuits that are not named', async () => {
    const state = await render((registry) => {
      registry.get('stock').forceOpen();
      registry.get('elsewhere').trip();
    });
    const { breaker } = await hydrate(state);
    expect([breaker('stock').state, breaker('elsewhere').state]).toStrictEqual(['closed', 'closed']);
  });

  it.each(['{"rxjs-fluxgate":{"stock":{"version":7}}}', '{"rxjs-fluxgate":{"stock":5}}', '{}'])(
    'should let an application start whatever stands in the page: %s',
    async (state) => {
      const onUnhandledError = vi.fn();
      config.onUnhandledError = onUnhandledError;
      onTestFinished(() => {
        config.onUnhandledError = null;
      });
      const { breaker } = await hydrate(state);
      expect(breaker('stock').state).toBe('closed');
      expect(onUnhandledError).toHaveBeenCalledTimes(state === '{}' ? 0 : 1);
    },
  );

  it.each<[unknown, string]>([
    ['stock', 'provideCircuitTransfer: keys must be an array of strings, got "stock"'],
    [[5], 'provideCircuitTransfer: each of keys must be a string, got 5'],
    [undefined, 'provideCircuitTransfer: keys must be an array of strings, got undefined'],
  ])('should refuse %j', (given, message) => {
    expect(() => provideCircuitTransfer(given as never)).toThrow(new TypeError(message));
  });

  it('should not let an application start without a registry', async () => {
    inBrowser();
    await expect(application(provideCircuitTransfer(keys))).rejects.toThrow(
      'provideCircuitTransfer needs provideCircuitBreakers() among the providers',
    );
  });
});
