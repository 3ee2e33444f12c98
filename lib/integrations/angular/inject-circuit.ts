import { isPlatformServer } from '@angular/common';
import {
  assertInInjectionContext,
  computed,
  DestroyRef,
  inject,
  PLATFORM_ID,
  signal,
  untracked,
  type Signal,
} from '@angular/core';
import { asyncScheduler, merge } from 'rxjs';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import type { CircuitBreakerInfo } from '../../types/circuit-breaker-info.ts';
import type { State } from '../../types/state.ts';
import { wrongType } from '../../util/check.ts';
import { reportError } from '../../util/report-error.ts';

/**
 * What {@link injectCircuit} returns: a circuit as signals, for a template.
 *
 * @example
 * ```ts
 * import '@angular/compiler'; // as there is no build here
 * import { computed } from '@angular/core';
 * import type { CircuitSignals } from 'rxjs-fluxgate/angular';
 *
 * const text = ({ available, state }: CircuitSignals) => computed(() => (available() ? 'open for business' : state()));
 * console.log(typeof text); // => function
 * ```
 *
 * @see {@link injectCircuit}
 */
export interface CircuitSignals {
  /** The state of the circuit. */
  readonly state: Signal<State>;
  /** False while the circuit rejects every call: while it is open and its wait is not over, or forced open. */
  readonly available: Signal<boolean>;
  /** When an open circuit is tried again, in ms of the scheduler's time; undefined unless it is open with a finite wait. */
  readonly retryAt: Signal<number | undefined>;
  /** What the breaker knows of itself, after each call and each change of state. */
  readonly info: Signal<CircuitBreakerInfo>;
}

/**
 * Injects the circuit of a key of {@link provideCircuitBreakers} as signals.
 *
 * *Details.* In a browser the circuit is watched for as long as the injector lives, so that it goes half-open on time. On
 * a server it is not, so that no timer delays the page: the signals follow the calls of the page.
 *
 * @param key the breaker's key in the registry: for {@link circuitBreakerInterceptor} the host of the URL
 * @throws TypeError if the key is not a string; Error outside of an injection context, or without a registry
 * @example
 * ```ts
 * import '@angular/compiler'; // as there is no build here, nor a document with images
 * import { IMAGE_CONFIG } from '@angular/common';
 * import { EnvironmentInjector, runInInjectionContext } from '@angular/core';
 * import { createApplication } from '@angular/platform-browser';
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { injectCircuit, provideCircuitBreakers } from 'rxjs-fluxgate/angular';
 *
 * const { injector, destroy } = await createApplication({
 *   providers: [
 *     provideCircuitBreakers(),
 *     { provide: IMAGE_CONFIG, useValue: { disableImageSizeWarning: true, disableImageLazyLoadWarning: true } },
 *   ],
 * });
 *
 * // In a component: readonly stock = injectCircuit('stock.example');
 * const stock = runInInjectionContext(injector.get(EnvironmentInjector), () => injectCircuit('stock.example'));
 * injector.get(CircuitBreakerRegistry).get('stock.example').forceOpen();
 * console.log(stock.state(), stock.available()); // => forced_open false
 * ```
 *
 * @see {@link CircuitSignals}
 */
export function injectCircuit(key: string): CircuitSignals {
  assertInInjectionContext(injectCircuit);
  if (typeof key !== 'string') throw wrongType('injectCircuit: key', 'a string', key);
  const registry = inject(CircuitBreakerRegistry, { optional: true });
  if (!registry) throw new Error('injectCircuit needs provideCircuitBreakers() among the providers');

  const breaker = registry.get(key);
  const changes = signal(0);
  // Outside of the consumer of a template or an effect whose work led here, in which Angular refuses to write.
  const update = (): void => untracked(() => changes.update((count) => count + 1));
  const onServer = isPlatformServer(inject(PLATFORM_ID));
  const change$ = onServer ? breaker.call$ : merge(breaker.state$, breaker.call$);
  const watching = change$.subscribe({ next: update, error: reportError });
  inject(DestroyRef).onDestroy(() => watching.unsubscribe());

  const info = computed(() => {
    changes();
    return breaker.info();
  });
  const state = computed(() => info().state);
  const available = computed(() => {
    if (state() !== 'open') return state() !== 'forced_open';
    // Unwatched, a circuit whose wait is over stays open until the next call, which it admits.
    return onServer && (info().retryAt ?? Infinity) <= asyncScheduler.now();
  });
  return Object.freeze({
    state,
    available,
    retryAt: computed(() => info().retryAt),
    info,
  });
}
