import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { resolveOptions } from '../breaker/resolve-options.ts';
import { checkCount, checkOptions } from '../util/check.ts';

/**
 * The options of the breakers of a {@link CircuitBreakerRegistry}: the same for all, each named by its key, or a function
 * that returns the options for a key.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry, failureStreak, type RegistryOptions } from 'rxjs-fluxgate';
 *
 * const options: RegistryOptions = (host) => ({ tripper: failureStreak(host.endsWith('.internal') ? 3 : 10) });
 * console.log(new CircuitBreakerRegistry(options).get('stock.internal').name); // => stock.internal
 * ```
 *
 * @see {@link CircuitBreakerRegistry}
 */
export type RegistryOptions = Omit<CircuitBreakerOptions, 'name'> | ((key: string) => CircuitBreakerOptions);

/**
 * Options of a {@link CircuitBreakerRegistry} itself, beside those of its breakers.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry, type RegistryConfig } from 'rxjs-fluxgate';
 *
 * const config: RegistryConfig = { maxSize: 2 };
 * const registry = new CircuitBreakerRegistry({}, config);
 * for (const host of ['a', 'b', 'c']) registry.get(host);
 * console.log([...registry].map(({ name }) => name)); // => [ 'b', 'c' ]
 * ```
 *
 * @see {@link CircuitBreakerRegistry}
 */
export interface RegistryConfig {
  /** How many breakers are kept, an integer of at least 1; more only while more are in use. Default 1_000. */
  readonly maxSize?: number | undefined;
}

/** Returns `maxSize`, checked. */
export function resolveMaxSize(config: RegistryConfig): number {
  checkOptions('CircuitBreakerRegistry', config, ['maxSize']);
  const { maxSize = 1_000 } = config;
  checkCount('CircuitBreakerRegistry: maxSize', maxSize);
  return maxSize;
}

/** Returns the options of a key's breaker; those that are the same for all are read and checked at once. */
export function toOptionsOfKey(options: RegistryOptions): (key: string) => CircuitBreakerOptions {
  if (typeof options === 'function') {
    return (key) => {
      const given = options(key);
      return { ...resolveOptions(given), name: given.name ?? key };
    };
  }
  if ((options as object | null) instanceof Object && 'maxSize' in options) {
    throw new TypeError('CircuitBreakerRegistry takes maxSize in its second argument');
  }
  const resolved = resolveOptions(options);
  if ('name' in options) {
    throw new TypeError('CircuitBreakerRegistry got the option name; each breaker is named by its key');
  }
  // Throws here if they are bad, and not at the first call.
  new CircuitBreaker(resolved);
  return (key) => ({ ...resolved, name: key });
}
