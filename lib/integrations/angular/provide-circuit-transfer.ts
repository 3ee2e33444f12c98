import { isPlatformServer } from '@angular/common';
import {
  ENVIRONMENT_INITIALIZER,
  inject,
  makeEnvironmentProviders,
  makeStateKey,
  PLATFORM_ID,
  TransferState,
  type EnvironmentProviders,
} from '@angular/core';
import { restore } from '../../breaker/restore.ts';
import { snapshotOf } from '../../breaker/snapshot-of.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import type { BreakerSnapshot } from '../../types/breaker-snapshot.ts';
import { wrongType } from '../../util/check.ts';
import { tryOrReport } from '../../util/report-error.ts';

type Snapshots = Readonly<Record<string, BreakerSnapshot>>;

const SNAPSHOTS = makeStateKey<Snapshots>('rxjs-fluxgate');

/**
 * Hands circuits on from a page that a server renders to its application in the browser, by Angular's `TransferState`, so
 * that the browser shows them as the page did, and spares a dependency that the server has found down.
 *
 * Circuits that are open or half-open are handed on, with the rest of their wait; the keys and the states stand in the
 * page for all to read. Manual states are not: nothing in the browser would end them.
 *
 * @param keys the breakers' keys in the registry, for the server and the browser alike
 * @throws TypeError if they are not an array of strings; an application without {@link provideCircuitBreakers} does not start
 * @example
 * ```ts
 * import '@angular/compiler'; // as there is no build here
 * import type { ApplicationConfig } from '@angular/core';
 * import { provideCircuitBreakers, provideCircuitTransfer } from 'rxjs-fluxgate/angular';
 *
 * const appConfig: ApplicationConfig = {
 *   providers: [provideCircuitBreakers(), provideCircuitTransfer(['stock.example'])],
 * };
 * console.log(appConfig.providers.length); // => 2
 * ```
 *
 * @see {@link injectCircuit}
 */
export function provideCircuitTransfer(keys: readonly string[]): EnvironmentProviders {
  if (!Array.isArray(keys)) throw wrongType('provideCircuitTransfer: keys', 'an array of strings', keys);
  for (const key of keys as readonly unknown[]) {
    if (typeof key !== 'string') throw wrongType('provideCircuitTransfer: each of keys', 'a string', key);
  }
  const own = [...(keys as readonly string[])];
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor came with Angular 19
  return makeEnvironmentProviders([{ provide: ENVIRONMENT_INITIALIZER, multi: true, useValue: () => transfer(own) }]);
}

function transfer(keys: readonly string[]): void {
  const registry = inject(CircuitBreakerRegistry, { optional: true });
  if (!registry) throw new Error('provideCircuitTransfer needs provideCircuitBreakers() among the providers');
  const transferState = inject(TransferState);
  if (isPlatformServer(inject(PLATFORM_ID))) {
    transferState.onSerialize(SNAPSHOTS, () => takeSnapshots(registry, keys));
    return;
  }
  const snapshots = transferState.get<Snapshots>(SNAPSHOTS, {});
  for (const key of keys) {
    // Whatever stands in the page, the application starts.
    tryOrReport(() => {
      const snapshot = Object.hasOwn(snapshots, key) ? snapshots[key] : undefined;
      if (snapshot) restore(registry.get(key), snapshot);
    });
  }
}

function takeSnapshots(registry: CircuitBreakerRegistry, keys: readonly string[]): Snapshots {
  const breakers = keys.filter((key) => registry.has(key)).map((key) => [key, registry.get(key)] as const);
  const broken = breakers.filter(([, { state }]) => state === 'open' || state === 'half_open');
  // Without the detail, whose reason may be for operators alone.
  return Object.fromEntries(broken.map(([key, breaker]) => [key, { ...snapshotOf(breaker), detail: '' }]));
}
