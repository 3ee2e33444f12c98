import { DestroyRef, inject, makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import type { CircuitBreakerOptions } from '../../breaker/options.ts';
import { httpFailure } from '../http/http-failure.ts';
import {
  CircuitBreakerRegistry,
  type RegistryConfig,
  type RegistryOptions,
} from '../../registry/circuit-breaker-registry.ts';
import { withDefaults } from '../../registry/with-defaults.ts';
import { outsideAngularScheduler } from './outside-angular-scheduler.ts';

/**
 * Provides a {@link CircuitBreakerRegistry}, itself the token to inject it by, that lives as long as its injector.
 *
 * Three defaults differ from those of a breaker. `tracker: httpFailure()` and `untracked: 'success'`, because a host that
 * responds with 404 is alive; `scheduler: outsideAngularScheduler`, because no page that a server renders should wait for
 * a circuit.
 *
 * @param options of the breakers, or a function of the key; default all default options
 * @param config of the registry; default all defaults
 * @throws TypeError or RangeError for bad options, at once; for those of a function, when the breaker is first asked for
 * @example
 * ```ts
 * import '@angular/compiler'; // as there is no build here, nor a document with images
 * import { IMAGE_CONFIG } from '@angular/common';
 * import { inject, provideAppInitializer } from '@angular/core';
 * import { createApplication } from '@angular/platform-browser';
 * import { CircuitBreakerRegistry, failureStreak } from 'rxjs-fluxgate';
 * import { provideCircuitBreakers } from 'rxjs-fluxgate/angular';
 *
 * await createApplication({
 *   providers: [
 *     provideCircuitBreakers({ tripper: failureStreak(5) }),
 *     provideAppInitializer(() => {
 *       console.log(inject(CircuitBreakerRegistry).get('stock.example').state); // => closed
 *     }),
 *     { provide: IMAGE_CONFIG, useValue: { disableImageSizeWarning: true, disableImageLazyLoadWarning: true } },
 *   ],
 * });
 * ```
 *
 * @see {@link circuitBreakerInterceptor}, {@link injectCircuit}
 */
export function provideCircuitBreakers(
  options: RegistryOptions = {},
  config: RegistryConfig = {},
): EnvironmentProviders {
  const httpOptions = withDefaults('provideCircuitBreakers', options, {
    tracker: httpFailure(),
    untracked: 'success',
  });
  const angularOptions = withScheduler(httpOptions);
  const makeRegistry = (): CircuitBreakerRegistry => new CircuitBreakerRegistry(angularOptions, config);
  // Throws here if the options are bad, and not when the registry is first injected.
  makeRegistry();
  return makeEnvironmentProviders([
    { provide: CircuitBreakerRegistry, useFactory: () => withInjector(makeRegistry()) },
  ]);
}

function withScheduler(options: RegistryOptions): RegistryOptions {
  const fill = <O extends CircuitBreakerOptions>(given: O): O => ({
    ...given,
    scheduler: given.scheduler ?? outsideAngularScheduler,
  });
  return typeof options === 'function' ? (key) => fill(options(key)) : fill(options);
}

function withInjector(registry: CircuitBreakerRegistry): CircuitBreakerRegistry {
  inject(DestroyRef).onDestroy(() => registry.dispose());
  return registry;
}
