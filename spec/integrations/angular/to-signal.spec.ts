import '@angular/compiler';
import { computed, EnvironmentInjector, createEnvironmentInjector, Injector } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { admitAll, CircuitBreakerRegistry, cooldown, probes } from 'rxjs-fluxgate';
import { provideCircuitBreakers } from 'rxjs-fluxgate/angular';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { succeed } from '../../support/script.ts';
import { application, endApplications } from './application.ts';

describe('toSignal', () => {
  endApplications();

  it('should have the state at once, and each new one when it is due', async () => {
    const scheduler = new ManualScheduler();
    const options = { retry: cooldown(10_000), permit: admitAll(), recovery: probes(1), scheduler };
    const { injector } = await application(provideCircuitBreakers(options));
    const stock = injector.get(CircuitBreakerRegistry).get('stock');
    const state = toSignal(stock.state$, { requireSync: true, injector: injector.get(Injector) });
    const available = computed(() => state() !== 'open' && state() !== 'forced_open');

    expect([state(), available()]).toStrictEqual(['closed', true]);
    stock.trip();
    expect([state(), available()]).toStrictEqual(['open', false]);
    scheduler.pass(9_999);
    expect(state()).toBe('open');
    scheduler.pass(1);
    expect([state(), available()]).toStrictEqual(['half_open', true]);
    succeed(stock);
    expect(state()).toBe('closed');
    stock.forceOpen();
    expect([state(), available()]).toStrictEqual(['forced_open', false]);
  });

  it('should watch no longer than its injector lives', async () => {
    const scheduler = new ManualScheduler();
    const app = await application(provideCircuitBreakers({ scheduler }));
    const stock = app.injector.get(CircuitBreakerRegistry).get('stock');
    const injector = createEnvironmentInjector([], app.injector.get(EnvironmentInjector));
    toSignal(stock.state$, { requireSync: true, injector: injector.get(Injector) });
    stock.trip();
    expect(scheduler.timers).toBe(1);
    injector.destroy();
    expect(scheduler.timers).toBe(0);
  });
});
