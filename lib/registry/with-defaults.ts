import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { resolveOptions } from '../breaker/resolve-options.ts';
import { wrongType } from '../util/check.ts';
import type { RegistryOptions } from './registry-options.ts';

type Defaults = Pick<CircuitBreakerOptions, 'tracker' | 'untracked'>;

/**
 * Puts other defaults than a breaker's under the options of a registry, and reads the listeners once, whatever iterable
 * they are. Throws a TypeError naming `what` if the options are no object; the registry checks the rest.
 */
export function withDefaults(what: string, options: RegistryOptions, defaults: Defaults): RegistryOptions {
  if (typeof options === 'function') return (key) => filled(what, options(key), defaults);
  return filled(what, options, defaults);
}

function filled<O extends CircuitBreakerOptions>(what: string, options: O, defaults: Defaults): O {
  if (typeof options !== 'object' || (options as O | null) === null || Array.isArray(options)) {
    throw wrongType(`${what}: options`, 'an object or a function', options);
  }
  const { tracker = defaults.tracker, untracked = defaults.untracked } = options;
  const { listeners } = resolveOptions({ listeners: options.listeners });
  return { ...options, tracker, untracked, listeners };
}
