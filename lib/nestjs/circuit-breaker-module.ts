import {
  Inject,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import {
  CircuitBreakerRegistry,
  type RegistryConfig,
  type RegistryOptions,
} from '../registry/circuit-breaker-registry.ts';
import { checkFunction, checkOptions, wrongType } from '../support/check.ts';
import { handlerFailure } from './handler-failure.ts';
import { getCircuitBreakerToken } from './inject-circuit-breaker.ts';

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
 * a provider, its class the token, and is disposed after `app.close()` has ended the requests in flight. Two options
 * have other defaults than a {@link CircuitBreaker}: the `tracker` matches all errors but those that say by an HTTP status
 * of 400 to 499, except 408 and 429, that the client is at fault, be it an `HttpException` or an axios error, and but the
 * rejection of a breaker inside the handler; `untracked` is `'success'`, because a 404 is an answer.
 *
 * *Gotchas.* An injected breaker is never asked for again, so a registry with more keys than its `maxSize` may forget
 * it; it goes on working, but is no more that of the same name in {@link UseCircuitBreaker}.
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
export class CircuitBreakerModule implements OnApplicationShutdown {
  readonly #registry: CircuitBreakerRegistry;

  constructor(registry: CircuitBreakerRegistry) {
    this.#registry = registry;
  }

  /**
   * The module with options that are known at once.
   *
   * @param options of all breakers, or a function of the name; default all default options
   * @param config of the registry; default all default config. Bad ones let the application not start
   */
  static forRoot(options: RegistryOptions = {}, config: RegistryConfig = {}): DynamicModule {
    return this.forRootAsync({ useFactory: () => options }, config);
  }

  /**
   * The module with options that need other providers, such as a `ConfigService`, or time.
   *
   * @param options where the options come from
   * @param config of the registry; default all default config
   * @throws TypeError for bad options; for those that the factory answers, the application does not start
   */
  static forRootAsync(options: CircuitBreakerModuleAsyncOptions, config: RegistryConfig = {}): DynamicModule {
    checkOptions('CircuitBreakerModule.forRootAsync', options, ['imports', 'inject', 'useFactory']);
    const { imports = [], inject = [], useFactory } = options;
    checkFunction('CircuitBreakerModule.forRootAsync: useFactory', useFactory);
    // Made by a factory, so that each application of the same module has a registry of its own.
    const registry: FactoryProvider<CircuitBreakerRegistry> = {
      provide: CircuitBreakerRegistry,
      inject,
      useFactory: async (...injected: unknown[]) =>
        new CircuitBreakerRegistry(withDefaults(await useFactory(...(injected as never[]))), config),
    };
    return {
      module: CircuitBreakerModule,
      global: true,
      imports,
      providers: [registry],
      exports: [CircuitBreakerRegistry],
    };
  }

  /**
   * Provides the breakers of these names for {@link InjectCircuitBreaker} in the importing module.
   *
   * @param names their keys in the registry
   * @throws TypeError if one is not a string
   */
  static forFeature(names: readonly string[]): DynamicModule {
    const providers = names.map((name): FactoryProvider<CircuitBreaker> => ({
      provide: getCircuitBreakerToken(name),
      inject: [CircuitBreakerRegistry],
      useFactory: (registry: CircuitBreakerRegistry) => registry.get(name),
    }));
    return { module: CircuitBreakerModule, providers, exports: providers.map(({ provide }) => provide) };
  }

  /** Disposes the registry: of all hooks the first that comes after the requests in flight. */
  onApplicationShutdown(): void {
    this.#registry.dispose();
  }
}

// Written out, so that the package needs no compiler of decorators.
Module({})(CircuitBreakerModule);
Inject(CircuitBreakerRegistry)(CircuitBreakerModule, undefined, 0);

/** The options with the defaults of a handler, for which a 404 is an answer. */
function withDefaults(options: RegistryOptions): RegistryOptions {
  return typeof options === 'function' ? (key) => handlerOptions(options(key)) : handlerOptions(options);
}

function handlerOptions<T extends CircuitBreakerOptions>(options: T): T {
  if (typeof options !== 'object' || (options as T | null) === null) {
    throw wrongType('CircuitBreakerModule: options', 'an object or a function', options);
  }
  return { ...options, tracker: options.tracker ?? handlerFailure(), untracked: options.untracked ?? 'success' };
}
