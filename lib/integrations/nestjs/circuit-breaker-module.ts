import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { CircuitBreakerHealthIndicator } from './circuit-breaker-health-indicator.ts';
import { checkFeature, provideFeatureOptions, type CircuitBreakerFeature } from './feature-options.ts';
import { CIRCUIT_BREAKER_FLEET } from './fleet-token.ts';
import { getCircuitBreakerToken } from './inject-circuit-breaker.ts';
import {
  resolveModuleOptions,
  type CircuitBreakerModuleAsyncOptions,
  type CircuitBreakerModuleConfig,
  type CircuitBreakerModuleOptions,
  type CircuitBreakerOptionsFactory,
} from './module-options.ts';
import { OwnRegistry } from './own-registry.ts';
import { StartupCheck } from './startup-check.ts';

/** What the options of `forRootAsync` come from, in the order of the documentation. */
const SOURCES = ['useFactory', 'useClass', 'useExisting'] as const;

/** The token of the class in `useClass`. */
const OPTIONS_FACTORY = 'CircuitBreakerOptionsFactory';

/**
 * Provides a {@link CircuitBreakerRegistry} to the whole application, and breakers of it by name.
 *
 * *Details.* Import `forRoot` or `forRootAsync` once, and `forFeature` wherever a breaker is injected. The registry is
 * a provider, its class the token, and is disposed after `app.close()` has ended the requests in flight; one that
 * `overrideProvider` puts in its place is not. Its circuits are watched, so that they go half-open on time, and each change
 * of state is logged by Nest's `Logger`. Two options have other defaults than a {@link CircuitBreaker}: the `tracker`
 * matches all errors except those that blame the client, by an HTTP status of 400 to 499 other than 408 and 429, a code of
 * gRPC such as 5, or one of GraphQL such as `BAD_USER_INPUT`; `untracked` is `'success'`, because a 404 is a response. The
 * module also provides {@link CircuitBreakerHealthIndicator}.
 *
 * *Gotchas.* Imported twice, `forRoot` makes two registries, of which each module sees one. A registry with more
 * keys than its `maxSize` may evict an injected breaker, and then makes another one for {@link UseCircuitBreaker} of the
 * same name.
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
   * @param options of all breakers with the config among them, or a function of the name; default all default options
   * @param config beside a function; default all default config
   * @throws TypeError or RangeError for bad options, at once; for those of a function, when the breaker is first asked for
   */
  static forRoot(options: CircuitBreakerModuleOptions = {}, config: CircuitBreakerModuleConfig = {}): DynamicModule {
    // Read once, however many applications the module is for.
    const settings = resolveModuleOptions(options, config);
    return makeRootModule({
      inject: [ModulesContainer],
      useFactory: (modules: ModulesContainer) => new OwnRegistry(settings, modules),
    });
  }

  /**
   * The module with options that need other providers, such as a `ConfigService`, or time.
   *
   * @param options where the options come from
   * @param config beside the options; default all default config
   * @throws TypeError or RangeError for bad arguments; with bad options from the factory the application does not start
   */
  static forRootAsync(
    options: CircuitBreakerModuleAsyncOptions,
    config: CircuitBreakerModuleConfig = {},
  ): DynamicModule {
    const what = 'CircuitBreakerModule.forRootAsync';
    checkOptions(what, options, ['imports', 'inject', ...SOURCES]);
    resolveModuleOptions({}, config);
    if (SOURCES.filter((source) => options[source] !== undefined).length !== 1) {
      throw new TypeError(`${what} takes exactly one of ${SOURCES.join(', ')}`);
    }
    const { imports, useFactory, useClass, useExisting } = options;
    if (useFactory) checkFunction(`${what}: useFactory`, useFactory);
    if (useClass) checkFunction(`${what}: useClass`, useClass);
    const makeOptions: (
      ...injected: unknown[]
    ) => ReturnType<CircuitBreakerOptionsFactory['createCircuitBreakerOptions']> =
      (useFactory as typeof makeOptions | undefined) ??
      ((factory: unknown) => (factory as CircuitBreakerOptionsFactory).createCircuitBreakerOptions());
    const inject = useFactory ? (options.inject ?? []) : [useExisting ?? OPTIONS_FACTORY];
    return makeRootModule(
      {
        inject: [ModulesContainer, ...inject],
        useFactory: async (modules: ModulesContainer, ...injected: unknown[]) =>
          new OwnRegistry(resolveModuleOptions(await makeOptions(...injected), config), modules),
      },
      imports,
      useClass ? [{ provide: OPTIONS_FACTORY, useClass }] : [],
    );
  }

  /**
   * Provides the breakers of these names for {@link InjectCircuitBreaker} in the importing module.
   *
   * @param features their names, or the options in which they differ from the other breakers, with their names
   * @throws TypeError or RangeError if they are not an array of names and of options with names, or for bad options
   */
  static forFeature(features: readonly CircuitBreakerFeature[]): DynamicModule {
    if (!Array.isArray(features)) {
      throw wrongType('CircuitBreakerModule.forFeature: features', 'an array of names and of options', features);
    }
    const given = features as readonly CircuitBreakerFeature[];
    const breakers = given.map(checkFeature).map((name): FactoryProvider<CircuitBreaker> => ({
      provide: getCircuitBreakerToken(name),
      inject: [CircuitBreakerRegistry],
      useFactory: (registry: CircuitBreakerRegistry) => registry.get(name),
    }));
    return {
      module: CircuitBreakerModule,
      providers: [...breakers, ...given.flatMap(provideFeatureOptions)],
      exports: breakers.map(({ provide }) => provide),
    };
  }
}

// Written out, so that the package needs no compiler of decorators.
Module({})(CircuitBreakerModule);

/** By a factory, so that each application of the same module has a registry of its own. */
function makeRootModule(
  registry: Omit<FactoryProvider<OwnRegistry>, 'provide'>,
  imports: ModuleMetadata['imports'] = [],
  providers: Provider[] = [],
): DynamicModule {
  return {
    module: CircuitBreakerModule,
    global: true,
    imports,
    providers: [
      ...providers,
      { provide: CircuitBreakerRegistry, ...registry },
      {
        provide: CIRCUIT_BREAKER_FLEET,
        inject: [CircuitBreakerRegistry],
        useFactory: ({ fleet }: Partial<OwnRegistry>) => fleet,
      },
      CircuitBreakerHealthIndicator,
      StartupCheck,
    ],
    exports: [CircuitBreakerRegistry, CIRCUIT_BREAKER_FLEET, CircuitBreakerHealthIndicator],
  };
}
