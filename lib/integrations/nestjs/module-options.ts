import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import {
  CircuitBreakerRegistry,
  type RegistryConfig,
  type RegistryOptions,
} from '../../registry/circuit-breaker-registry.ts';
import { resolveFleetOptions, type FleetOptions } from '../../fleet/fleet-options.ts';
import { withDefaults } from '../../registry/with-defaults.ts';
import type { CircuitBreakerOptions } from '../../breaker/options.ts';
import { checkOptions, wrongType } from '../../util/check.ts';
import { handlerFailure } from './handler-failure.ts';

/**
 * What {@link CircuitBreakerModule} takes beside the options of the breakers.
 *
 * @example
 * ```ts
 * import { CircuitBreakerModule, type CircuitBreakerModuleConfig } from 'rxjs-fluxgate/nestjs';
 *
 * const config: CircuitBreakerModuleConfig = { maxSize: 200, silent: true };
 * const module = CircuitBreakerModule.forRoot({}, config);
 * console.log(module.global); // => true
 * ```
 *
 * @see {@link CircuitBreakerModule}
 */
export interface CircuitBreakerModuleConfig extends RegistryConfig {
  /** Whether state changes are not logged by Nest's `Logger`. Default false: `open` and `forced_open` warn. */
  readonly silent?: boolean | undefined;
  /** Makes the breakers members of a fleet until the application is closed, see `joinFleet`. Default none. */
  readonly fleet?: FleetOptions | undefined;
}

/**
 * The options of {@link CircuitBreakerModule}: those of all breakers, with the config among them, or a function of the
 * name that returns the options of one breaker.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { CircuitBreakerModule, type CircuitBreakerModuleOptions } from 'rxjs-fluxgate/nestjs';
 *
 * const options: CircuitBreakerModuleOptions = { tripper: failureStreak(5), maxSize: 200, silent: true };
 * const module = CircuitBreakerModule.forRoot(options);
 * console.log(module.global); // => true
 * ```
 *
 * @see {@link CircuitBreakerModule}
 */
export type CircuitBreakerModuleOptions =
  (Omit<CircuitBreakerOptions, 'name'> & CircuitBreakerModuleConfig) | ((name: string) => CircuitBreakerOptions);

/**
 * A provider that makes the options of {@link CircuitBreakerModule.forRootAsync}, as `useClass` or `useExisting`.
 *
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { CircuitBreakerModule } from 'rxjs-fluxgate/nestjs';
 * import type { CircuitBreakerModuleOptions, CircuitBreakerOptionsFactory } from 'rxjs-fluxgate/nestjs';
 *
 * @Injectable()
 * class CircuitConfig implements CircuitBreakerOptionsFactory {
 *   createCircuitBreakerOptions(): CircuitBreakerModuleOptions {
 *     return { tripper: failureStreak(5), maxSize: 200 };
 *   }
 * }
 *
 * const module = CircuitBreakerModule.forRootAsync({ useClass: CircuitConfig });
 * console.log(module.global); // => true
 * ```
 *
 * @see {@link CircuitBreakerModuleAsyncOptions}
 */
export interface CircuitBreakerOptionsFactory {
  /** Returns the options of {@link CircuitBreakerModule.forRoot}, or a promise of them. */
  createCircuitBreakerOptions(): CircuitBreakerModuleOptions | Promise<CircuitBreakerModuleOptions>;
}

/**
 * Where {@link CircuitBreakerModule.forRootAsync} gets the options from: exactly one of `useFactory`, `useClass` and
 * `useExisting`.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { CircuitBreakerModule, type CircuitBreakerModuleAsyncOptions } from 'rxjs-fluxgate/nestjs';
 *
 * const options: CircuitBreakerModuleAsyncOptions = {
 *   inject: ['FAILURES'],
 *   useFactory: (failures: number) => ({ tripper: failureStreak(failures), maxSize: 200 }),
 * };
 * console.log(CircuitBreakerModule.forRootAsync(options).global); // => true
 * ```
 *
 * @see {@link CircuitBreakerModule}
 */
export interface CircuitBreakerModuleAsyncOptions {
  /** Modules that provide the injected tokens. Default none. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
  /** The tokens of the arguments of `useFactory`. Default none. */
  readonly inject?: FactoryProvider['inject'] | undefined;
  /** Returns the options of {@link CircuitBreakerModule.forRoot}, or a promise of them. */
  readonly useFactory?:
    ((...injected: never[]) => CircuitBreakerModuleOptions | Promise<CircuitBreakerModuleOptions>) | undefined;
  /** A class that the module makes an instance of, which makes the options. */
  readonly useClass?: Type<CircuitBreakerOptionsFactory> | undefined;
  /** The token of a provider of the `imports` that makes the options. */
  readonly useExisting?:
    string | symbol | (abstract new (...args: never[]) => CircuitBreakerOptionsFactory) | undefined;
}

/** The options, checked and with the defaults for handlers. */
export interface ModuleSettings {
  readonly options: RegistryOptions;
  readonly maxSize: number | undefined;
  readonly silent: boolean;
  readonly fleet: FleetOptions | undefined;
}

/** Reads the options once, however many applications the module is for; throws if they or the config are bad. */
export function resolveModuleOptions(
  given: CircuitBreakerModuleOptions,
  config: CircuitBreakerModuleConfig = {},
): ModuleSettings {
  checkOptions('CircuitBreakerModule', config, ['maxSize', 'silent', 'fleet']);
  const [own, breakers] = split(given);
  const { maxSize = config.maxSize, silent = config.silent ?? false, fleet = config.fleet } = own;
  if (typeof silent !== 'boolean') throw wrongType('CircuitBreakerModule: silent', 'a boolean', silent);
  if (fleet !== undefined) resolveFleetOptions(fleet);
  // For a handler a 404 is a response, and no sign that something is out of order.
  const options = withDefaults('CircuitBreakerModule', breakers, { tracker: handlerFailure(), untracked: 'success' });
  new CircuitBreakerRegistry(options, { maxSize });
  return { options, maxSize, silent, fleet };
}

function split(given: CircuitBreakerModuleOptions): [CircuitBreakerModuleConfig, RegistryOptions] {
  if (typeof given !== 'object' || (given as object | null) === null || Array.isArray(given)) return [{}, given];
  const { maxSize, silent, fleet, ...options } = given;
  return [{ maxSize, silent, fleet }, options];
}
