import type { ValueProvider } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../../breaker/options.ts';
import { wrongType } from '../../util/check.ts';

/**
 * A breaker that {@link CircuitBreakerModule.forFeature} provides: its name, or its name and the options in which it
 * differs from the others.
 *
 * @example
 * ```ts
 * import { cooldown, failureStreak } from 'rxjs-fluxgate';
 * import { CircuitBreakerModule, type CircuitBreakerFeature } from 'rxjs-fluxgate/nestjs';
 *
 * const payments: CircuitBreakerFeature = { name: 'payments', tripper: failureStreak(2), retry: cooldown(60_000) };
 * const feature = CircuitBreakerModule.forFeature(['stock', payments]);
 * console.log(feature.exports?.length); // => 2
 * ```
 *
 * @see {@link CircuitBreakerModule}
 */
export type CircuitBreakerFeature = string | (CircuitBreakerOptions & { readonly name: string });

type FeatureOptions = Omit<CircuitBreakerOptions, 'name'>;

/** Returns the name of a feature; throws a TypeError if it is none, or if its options are bad. */
export function checkFeature(feature: CircuitBreakerFeature): string {
  const what = 'CircuitBreakerModule.forFeature: each of features';
  if (typeof feature === 'string') return feature;
  const name: unknown = (feature as Partial<CircuitBreakerOptions> | null)?.name;
  if (typeof name !== 'string') throw wrongType(what, 'a name, or options with a name', feature);
  // Throws now and not at the start of the application.
  new CircuitBreaker(feature);
  return name;
}

/** Where the registry finds the options of a feature, whichever module has them and is made first. */
export function provideFeatureOptions(feature: CircuitBreakerFeature): ValueProvider<FeatureOptions>[] {
  if (typeof feature === 'string') return [];
  const { name, ...useValue } = feature;
  return [{ provide: getOptionsToken(name), useValue }];
}

/** Returns the options of the features of a name, of all modules of the application. */
export function findFeatureOptions(modules: ModulesContainer, name: string): FeatureOptions {
  const token = getOptionsToken(name);
  let found: FeatureOptions = {};
  for (const { providers } of modules.values()) {
    const options = providers.get(token)?.instance as FeatureOptions | undefined;
    if (options) found = merge(name, found, options);
  }
  return found;
}

function merge(name: string, found: FeatureOptions, options: FeatureOptions): FeatureOptions {
  for (const [option, value] of Object.entries(options)) {
    const other: unknown = Reflect.get(found, option);
    if (value !== undefined && other !== undefined && other !== value) {
      throw new Error(`CircuitBreakerModule.forFeature is given two different values of ${option} for "${name}"`);
    }
  }
  return { ...found, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
}

function getOptionsToken(name: string): string {
  return `CircuitBreakerOptions(${name})`;
}
