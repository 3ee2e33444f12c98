import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import {
  CircuitBreakerRegistry,
  type RegistryConfig,
  type RegistryOptions,
} from '../../registry/circuit-breaker-registry.ts';
import { withDefaults } from '../../registry/with-defaults.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { handlerFailure } from './handler-failure.ts';
import { tokenOf } from './inject-circuit-breaker.ts';
import { OwnRegistry } from './own-registry.ts';

/**
 * Where {@link CircuitBreakerModule.forRootAsync} gets the options from.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import type { CircuitBreakerModuleAsyncOptions } from 'rxjs-fluxgate/nestjs';
 *
 * const options: CircuitBreakerModuleAsyncOptions = {
 *   inject: ['FAILURES'],
 *   useFactory: (failures: number) => ({ tripper: failureStreak(failures) }),
 * };
 * ```
 *
 * @see {@link CircuitBreakerModule}
 */
export interface CircuitBreakerModuleAsyncOptions {
  /** Modules that provide what is injected. Default none. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
  /** The tokens of what the factory takes. Default none. */
  readonly inject?: FactoryProvider['inject'] | undefined;
  /** Answers the options of {@link CircuitBreakerModule.forRoot}, or a promise of them. */
  readonly useFactory: (...injected: never[]) => RegistryOptions | Promise<RegistryOptions>;
}

/**
 * Provides a {@link CircuitBreakerRegistry} to the whole application, and breakers of it by name.
 *
 * *Details.* Import `forRoot` or `forRootAsync` once, and `forFeature` wherever a breaker is injected. The registry is
 * a provider, its class the token, and is disposed after `app.close()` has ended the requests in flight; one that
 * `overrideProvider` puts in its place is not. Two options have other defaults than a {@link CircuitBreaker}: the
 * `tracker` matches all errors but those that say by an HTTP status of 400 to 499, except 408 and 429, that the client
 * is at fault, be it an `HttpException` or an axios error; `untracked` is `'success'`, because a 404 is an answer.
 *
 * *Gotchas.* Imported twice, `forRoot` makes two registries, of which each module sees one. An injected breaker is never
 * asked for again, so a registry with more keys than its `maxSize` may forget it; it goes on working, but is no more that
 * of the same name in {@link UseCircuitBreaker}.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { CircuitBreakerModule } from 'rxjs-fluxgate/nestjs';
 *
 * @Module({
 *   imports: [CircuitBreakerModule.forRoot({ tripper: failureStreak(5) }), CircuitBreakerModule.forFeature(['payments'])],
 * })
 * class AppModule {}
 * ```
 *
 * @see {@link InjectCircuitBreaker}, {@link UseCircuitBreaker}
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest knows a module by its class
export class CircuitBreakerModule {
  /**
   * The module with options that are known at once.
   *
   * @param options of all breakers, or a function of the name; default all default options
   * @param config of the registry; default all default config
   * @throws TypeError or RangeError for bad options, at once; for those of a function, when the breaker is first asked for
   */
  static forRoot(options: RegistryOptions = {}, config: RegistryConfig = {}): DynamicModule {
    // Read once, however many applications the module is for, and told here if they are bad.
    const known = withHandlerDefaults(options);
    new CircuitBreakerRegistry(known, config);
    return rootModule({ useFactory: () => new OwnRegistry(known, config) });
  }

  /**
   * The module with options that need other providers, such as a `ConfigService`, or time.
   *
   * @param options where the options come from
   * @param config of the registry; default all default config
   * @throws TypeError or RangeError for bad options; for those that the factory answers, the application does not start
   */
  static forRootAsync(options: CircuitBreakerModuleAsyncOptions, config: RegistryConfig = {}): DynamicModule {
    checkOptions('CircuitBreakerModule.forRootAsync', options, ['imports', 'inject', 'useFactory']);
    const { imports, inject = [], useFactory } = options;
    checkFunction('CircuitBreakerModule.forRootAsync: useFactory', useFactory);
    new CircuitBreakerRegistry({}, config);
    const makeRegistry = async (...injected: unknown[]): Promise<OwnRegistry> =>
      new OwnRegistry(withHandlerDefaults(await useFactory(...(injected as never[]))), config);
    return rootModule({ inject, useFactory: makeRegistry }, imports);
  }

  /**
   * Provides the breakers of these names for {@link InjectCircuitBreaker} in the importing module.
   *
   * @param names their keys in the registry
   * @throws TypeError if they are not an array of strings
   */
  static forFeature(names: readonly string[]): DynamicModule {
    if (!Array.isArray(names)) throw wrongType('CircuitBreakerModule.forFeature: names', 'an array of strings', names);
    const providers = names.map((name: string): FactoryProvider<CircuitBreaker> => ({
      provide: tokenOf('CircuitBreakerModule.forFeature: each of names', name),
      inject: [CircuitBreakerRegistry],
      useFactory: (registry: CircuitBreakerRegistry) => registry.get(name),
    }));
    return { module: CircuitBreakerModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

// Written out, so that the package needs no compiler of decorators.
Module({})(CircuitBreakerModule);

/** By a factory, so that each application of the same module has a registry of its own. */
function rootModule(
  registry: Omit<FactoryProvider<OwnRegistry>, 'provide'>,
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  return {
    module: CircuitBreakerModule,
    global: true,
    imports,
    providers: [{ provide: CircuitBreakerRegistry, ...registry }],
    exports: [CircuitBreakerRegistry],
  };
}

/** The options with the defaults of a handler, for which a 404 is an answer. */
function withHandlerDefaults(options: RegistryOptions): RegistryOptions {
  return withDefaults('CircuitBreakerModule', options, { tracker: handlerFailure(), untracked: 'success' });
}
