import '@angular/compiler';
import { HttpErrorResponse } from '@angular/common/http';
import {
  computed,
  createEnvironmentInjector,
  EnvironmentInjector,
  Injector,
  PLATFORM_ID,
  runInInjectionContext,
  type ApplicationRef,
  type Provider,
} from '@angular/core';
import { admitAll, CircuitBreakerRegistry, cooldown, failureStreak, probes, type CircuitBreaker } from 'rxjs-fluxgate';
import { injectCircuit, provideCircuitBreakers, type CircuitSignals } from 'rxjs-fluxgate/angular';
import { describe, expect, it, vi } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { application, endApplications } from './application.ts';

const down = new HttpErrorResponse({ status: 503 });

interface Made {
  readonly app: ApplicationRef;
  readonly scheduler: ManualScheduler;
  readonly breaker: CircuitBreaker;
  readonly circuit: CircuitSignals;
}

async function stock(platform: 'browser' | 'server', clock = 0, ...providers: Provider[]): Promise<Made> {
  const scheduler = new ManualScheduler(clock);
  const options = {
    tripper: failureStreak(5),
    retry: cooldown(10_000),
    permit: admitAll(),
    recovery: probes(1),
    scheduler,
  };
  const app = await application(
    provideCircuitBreakers(options),
    { provide: PLATFORM_ID, useValue: platform },
    providers,
  );
  const breaker = app.injector.get(CircuitBreakerRegistry).get('stock');
  const circuit = runInInjectionContext(app.injector.get(Injector), () => injectCircuit('stock'));
  return { app, scheduler, breaker, circuit };
}

describe('injectCircuit', () => {
  endApplications();

  describe('in a browser', () => {
    it('should show an outage from its first sign to the recovery, on time', async () => {
      const { scheduler, breaker, circuit } = await stock('browser');
      const seen = computed(() => [circuit.state(), circuit.available(), circuit.retryAt()]);
      expect(seen()).toStrictEqual(['closed', true, undefined]);
      breaker.trip();
      expect(seen()).toStrictEqual(['open', false, 10_000]);
      scheduler.pass(9_999);
      expect(seen()).toStrictEqual(['open', false, 10_000]);
      scheduler.pass(1);
      expect(seen()).toStrictEqual(['half_open', true, undefined]);
      succeed(breaker);
      expect(seen()).toStrictEqual(['closed', true, undefined]);
      breaker.forceOpen();
      expect(seen()).toStrictEqual(['forced_open', false, undefined]);
    });

    it('should follow each call by its info, but a template that reads the state alone by its changes', async () => {
      const { breaker, circuit } = await stock('browser');
      const render = vi.fn(() => circuit.state());
      const view = computed(render);
      view();
      succeed(breaker);
      fail(breaker, down);
      expect(circuit.info().metric).toMatchObject({ totalCount: 2, failureCount: 1 });
      view();
      expect(render).toHaveBeenCalledTimes(1);
      breaker.trip();
      expect(view()).toBe('open');
      expect(render).toHaveBeenCalledTimes(2);
    });

    it('should watch no longer than its injector lives', async () => {
      const { app, scheduler, breaker } = await stock('browser');
      breaker.trip();
      expect(scheduler.timers).toBe(1);
      app.destroy();
      expect(scheduler.timers).toBe(0);
    });

    it('should watch for its own injector alone', async () => {
      const { app, scheduler, breaker, circuit } = await stock('browser');
      const own = createEnvironmentInjector([], app.injector.get(EnvironmentInjector));
      const other = runInInjectionContext(own.get(Injector), () => injectCircuit('stock'));
      expect(other.state()).toBe('closed');
      own.destroy();
      breaker.trip();
      expect(circuit.state()).toBe('open');
      expect(other.state()).toBe('closed');
      expect(scheduler.timers).toBe(1);
    });

    it('should take a change that a signal causes as it is read', async () => {
      const { breaker, circuit } = await stock('browser');
      const careless = computed(() => {
        breaker.trip();
        return circuit.state();
      });
      expect(careless()).toBe('open');
    });
  });

  describe('on a server', () => {
    it('should hold no timer, and follow the calls of the page', async () => {
      const { scheduler, breaker, circuit } = await stock('server', Date.now());
      expect([circuit.state(), circuit.available()]).toStrictEqual(['closed', true]);
      for (let i = 0; i < 5; i++) fail(breaker, down);
      expect([circuit.state(), circuit.available()]).toStrictEqual(['open', false]);
      expect(circuit.retryAt()).toBe(scheduler.now() + 10_000);
      expect(scheduler.timers).toBe(0);
    });

    it.each([
      ['in the future', 0, false],
      ['over', -3_600_000, true],
    ])('should take an open circuit whose wait is %s for available: %s, %s', async (_, offset, available) => {
      const { breaker, circuit } = await stock('server', Date.now() + offset);
      breaker.trip();
      expect([circuit.state(), circuit.available()]).toStrictEqual(['open', available]);
    });
  });

  it('should refuse what is no key', async () => {
    const { app } = await stock('browser');
    expect(() => runInInjectionContext(app.injector.get(Injector), () => injectCircuit(5 as never))).toThrow(
      new TypeError('injectCircuit: key must be a string, got 5'),
    );
  });

  it('should refuse to work without a registry, and outside of an injection context', async () => {
    const app = await application();
    expect(() => runInInjectionContext(app.injector.get(Injector), () => injectCircuit('stock'))).toThrow(
      'injectCircuit needs provideCircuitBreakers() among the providers',
    );
    expect(() => injectCircuit('stock')).toThrow(/NG0203.*injectCircuit/);
  });
});
