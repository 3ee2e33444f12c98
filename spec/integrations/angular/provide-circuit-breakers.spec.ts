import '@angular/compiler';
import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { createEnvironmentInjector, EnvironmentInjector } from '@angular/core';
import {
  CircuitBreakerRegistry,
  cooldown,
  errorWhere,
  failureStreak,
  type CircuitBreakerOptions,
  type Signal,
} from 'rxjs-fluxgate';
import { provideCircuitBreakers } from 'rxjs-fluxgate/angular';
import { describe, expect, it } from 'vitest';
import { collect } from '../../support/collect.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail } from '../../support/script.ts';
import { getCounts } from '../../support/counts.ts';
import { application, endApplications } from './application.ts';

const broken = new HttpErrorResponse({ status: 503 });
const missing = new HttpErrorResponse({ status: 404 });

async function registryWith(...args: Parameters<typeof provideCircuitBreakers>): Promise<CircuitBreakerRegistry> {
  const app = await application(provideCircuitBreakers(...args));
  return app.injector.get(CircuitBreakerRegistry);
}

describe('provideCircuitBreakers', () => {
  endApplications();

  it('should provide one registry for all', async () => {
    const app = await application(provideCircuitBreakers());
    const registry = app.injector.get(CircuitBreakerRegistry);
    expect(registry).toBeInstanceOf(CircuitBreakerRegistry);
    expect(app.injector.get(CircuitBreakerRegistry)).toBe(registry);
  });

  it('should make another registry for each application', async () => {
    const providers = provideCircuitBreakers();
    const [one, other] = [await application(providers), await application(providers)];
    expect(one.injector.get(CircuitBreakerRegistry)).not.toBe(other.injector.get(CircuitBreakerRegistry));
  });

  it('should dispose the registry with its injector', async () => {
    const app = await application();
    const injector = createEnvironmentInjector([provideCircuitBreakers()], app.injector.get(EnvironmentInjector));
    const registry = injector.get(CircuitBreakerRegistry);
    const breaker = registry.get('stock');
    const log = collect(registry.signal$);
    injector.destroy();
    expect(breaker.state).toBe('disabled');
    expect(log).toStrictEqual(['|']);
  });

  it('should yield to a registry of yours, which many applications may share and none disposes', async () => {
    const shared = new CircuitBreakerRegistry();
    const providers = [provideCircuitBreakers(), { provide: CircuitBreakerRegistry, useValue: shared }];
    const [one, other] = [await application(providers), await application(providers)];
    expect(one.injector.get(CircuitBreakerRegistry)).toBe(shared);
    shared.get('stock').trip();
    one.destroy();
    expect(other.injector.get(CircuitBreakerRegistry).get('stock').state).toBe('open');
  });

  describe.each<[string, (options: CircuitBreakerOptions) => Parameters<typeof provideCircuitBreakers>[0]]>([
    ['options', (options) => options],
    ['a function of options', (options) => () => options],
  ])('given %s', (_kind, given) => {
    it('should know a failure of HTTP, and take another error for the success of a host that is alive', async () => {
      const stock = (await registryWith(given({}))).get('stock');
      fail(stock, broken);
      fail(stock, missing);
      expect(getCounts(stock)).toMatchObject({ successes: 1, failures: 1 });
    });

    it('should take undefined for the same', async () => {
      const stock = (await registryWith(given({ tracker: undefined, untracked: undefined }))).get('stock');
      fail(stock, broken);
      fail(stock, missing);
      expect(getCounts(stock)).toMatchObject({ successes: 1, failures: 1 });
    });

    it('should let either be overridden', async () => {
      const tracker = errorWhere((error) => error === missing);
      const byTracker = (await registryWith(given({ tracker }))).get('stock');
      fail(byTracker, broken);
      fail(byTracker, missing);
      fail(byTracker, missing);
      // A 503 that the tracker does not match is no sign that the host is well.
      expect(getCounts(byTracker)).toMatchObject({ successes: 0, failures: 2 });

      const byUntracked = (await registryWith(given({ untracked: 'ignored' }))).get('stock');
      fail(byUntracked, broken);
      fail(byUntracked, missing);
      expect(getCounts(byUntracked)).toMatchObject({ successes: 0, failures: 1 });
    });

    it('should wait as long as Retry-After asks, unless a retry is given', async () => {
      const headers = new HttpHeaders({ 'Retry-After': '120' });
      const busy = new HttpErrorResponse({ status: 503, headers });
      const scheduler = new ManualScheduler();
      const options = { tripper: failureStreak(1), scheduler };
      for (const [retry, retryAt] of [
        [undefined, 120_000],
        [cooldown(1_000), 1_000],
      ] as const) {
        const stock = (await registryWith(given({ ...options, retry }))).get('stock');
        fail(stock, busy);
        expect(stock.info().retryAt).toBe(retryAt);
      }
    });

    it('should leave the other options as they are, also listeners that can be read but once', async () => {
      const received: Signal[] = [];
      const listeners = [(signal: Signal) => void received.push(signal)].values();
      const stock = (await registryWith(given({ tripper: failureStreak(2), listeners }))).get('stock');
      fail(stock, broken);
      expect(stock.state).toBe('closed');
      fail(stock, broken);
      expect(received.map(({ name, newState }) => [name, newState])).toStrictEqual([['stock', 'open']]);
    });
  });

  it('should hand the function the key, and let it name the breaker', async () => {
    const registry = await registryWith((key) => (key === 'a' ? {} : { name: `host ${key}` }));
    expect([registry.get('a').name, registry.get('b').name]).toStrictEqual(['a', 'host b']);
  });

  it('should hand the config on', async () => {
    const registry = await registryWith({}, { maxSize: 1 });
    registry.get('a');
    registry.get('b');
    expect(registry.size).toBe(1);
  });

  it.each([
    [5, undefined, 'provideCircuitBreakers: options must be an object or a function, got 5'],
    [null, undefined, 'provideCircuitBreakers: options must be an object or a function, got null'],
    [[], undefined, 'provideCircuitBreakers: options must be an object or a function, got an array'],
    [{ tirpper: 1 }, undefined, 'CircuitBreaker got an unknown option "tirpper"'],
    [{ name: 'stock' }, undefined, 'CircuitBreakerRegistry got the option name'],
    [{ tracker: null }, undefined, 'tracker must be a Tracker or a function, got null'],
    [{ listeners: 5 }, undefined, 'listeners must be an iterable of functions, got 5'],
    [{ maxProbes: 0 }, undefined, 'maxProbes must be an integer of at least 1, got 0'],
    [{}, { maxSize: 0 }, 'CircuitBreakerRegistry: maxSize must be an integer of at least 1, got 0'],
    [() => ({}), { maxsize: 1 }, 'CircuitBreakerRegistry got an unknown option "maxsize"'],
  ])('should refuse %j and %j at once', (options, config, message) => {
    expect(() => provideCircuitBreakers(options as never, config as never)).toThrow(message);
  });

  it('should refuse at the first request what is bad in the answer of a function', async () => {
    const registry = await registryWith((() => null) as never);
    expect(() => registry.get('a')).toThrow(
      'provideCircuitBreakers: options must be an object or a function, got null',
    );
  });

  it('should not call a function of options before there is a key', () => {
    expect(() =>
      provideCircuitBreakers(() => {
        throw new Error('called');
      }),
    ).not.toThrow();
  });
});
