import {
  Controller,
  Get,
  Inject,
  Module,
  Post,
  Req,
  Res,
  UseGuards,
  type BeforeApplicationShutdown,
  type CanActivate,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import type { DashboardHandler } from '../dashboard/server/dashboard.ts';
import type { DashboardOptions } from '../dashboard/server/options.ts';
import { SkipCircuitBreaker } from './skip-circuit-breaker.ts';

/**
 * Options of {@link DashboardModule}: those of `dashboard()`, and where and for whom it is.
 *
 * @example
 * ```ts
 * import type { CanActivate, ExecutionContext } from '@nestjs/common';
 * import type { DashboardModuleOptions } from 'rxjs-fluxgate/nestjs';
 *
 * class OperatorsOnly implements CanActivate {
 *   canActivate(context: ExecutionContext): boolean {
 *     const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
 *     return headers['authorization'] === `Bearer ${process.env['OPERATOR_TOKEN']}`;
 *   }
 * }
 *
 * const options: DashboardModuleOptions = { path: 'ops/circuits', guards: [OperatorsOnly], title: 'Shop' };
 * console.log(options.path); // => ops/circuits
 * ```
 *
 * @see {@link DashboardModule}
 */
export interface DashboardModuleOptions extends DashboardOptions {
  /** The path of the page. Default `'circuits'`. */
  readonly path?: string | undefined;
  /** The guards of the page, besides the global ones; an empty array if those are all. */
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  /** Modules that provide the dependencies of the guards. Default none. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
}

/** The token of the handler that serves the page. */
const HANDLER = 'rxjs-fluxgate:dashboard';

interface Fastify<T> {
  readonly raw: T;
  hijack?(): unknown;
}

/**
 * Serves the dashboard of all circuits as routes of the application: behind its guards, global ones as well, and until it
 * shuts down.
 *
 * `app.use('/circuits', dashboard(registry))` is middleware, which Nest runs before any guard.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { NestFactory } from '@nestjs/core';
 * import { CircuitBreakerModule, DashboardModule } from 'rxjs-fluxgate/nestjs';
 *
 * class Closed {
 *   canActivate(): boolean {
 *     return false;
 *   }
 * }
 *
 * @Module({ imports: [CircuitBreakerModule.forRoot(), DashboardModule.forRoot({ guards: [Closed] })] })
 * class AppModule {}
 *
 * const app = await NestFactory.create(AppModule, { logger: false });
 * await app.listen(0);
 * console.log((await fetch(`${await app.getUrl()}/circuits`)).status); // => 403
 * await app.close();
 * ```
 *
 * @see {@link DashboardModuleOptions}
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest knows a module by its class
export class DashboardModule {
  /**
   * The module with its options.
   *
   * @param options guards, path, and those of `dashboard()`
   * @throws TypeError without guards, or for a bad path; with bad options of `dashboard()` the application does not start
   */
  static forRoot(options: DashboardModuleOptions): DynamicModule {
    checkOptions('DashboardModule', options, [
      ...['guards', 'path', 'imports'],
      ...['title', 'control', 'maxClients', 'interval', 'history', 'scheduler'],
    ]);
    const { path = 'circuits', guards, imports = [], ...dashboardOptions } = options;
    if (typeof path !== 'string') throw wrongType('DashboardModule: path', 'a string', path);
    if (!Array.isArray(guards))
      throw wrongType('DashboardModule: guards', 'an array of guards, or an empty one', guards);
    for (const guard of guards as unknown[]) {
      const canActivate: unknown = (guard as Partial<CanActivate> | null)?.canActivate;
      if (typeof guard !== 'function') checkFunction('DashboardModule: canActivate of each of guards', canActivate);
    }
    const handler: FactoryProvider<DashboardHandler> = {
      provide: HANDLER,
      inject: [CircuitBreakerRegistry],
      useFactory: async (registry: CircuitBreakerRegistry) => {
        // Imported when it is needed: the page is half of the package.
        const { dashboard } = await import('../dashboard/server/dashboard.ts');
        return dashboard(registry, dashboardOptions);
      },
    };
    return {
      module: DashboardModule,
      imports,
      controllers: [makeController(path, guards as readonly (Type<CanActivate> | CanActivate)[])],
      providers: [handler, Shutdown],
    };
  }
}

// Written out, so that the package needs no compiler of decorators.
Module({})(DashboardModule);

/** Ends the open pages before the server is closed, which would wait for them. */
class Shutdown implements BeforeApplicationShutdown {
  private readonly _handler: DashboardHandler;

  constructor(handler: DashboardHandler) {
    this._handler = handler;
  }

  beforeApplicationShutdown(): void {
    this._handler.dispose();
  }
}
Inject(HANDLER)(Shutdown, undefined, 0);

function makeController(path: string, guards: readonly (Type<CanActivate> | CanActivate)[]): Type {
  class DashboardController {
    private readonly _handler: DashboardHandler;

    constructor(handler: DashboardHandler) {
      this._handler = handler;
    }

    page(
      request: IncomingMessage | Fastify<IncomingMessage>,
      response: ServerResponse | Fastify<ServerResponse>,
    ): void {
      // Fastify holds the objects of Node, and must be kept from responding itself.
      if ('raw' in response) response.hijack?.();
      this._handler('raw' in request ? request.raw : request, 'raw' in response ? response.raw : response);
    }

    events(request: IncomingMessage, response: ServerResponse): void {
      this.page(request, response);
    }

    command(request: IncomingMessage, response: ServerResponse): void {
      this.page(request, response);
    }
  }

  const routes = { page: Get(), events: Get('fluxgate-events'), command: Post('fluxgate-command') };
  for (const [name, route] of Object.entries(routes)) {
    const { prototype } = DashboardController;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    Req()(prototype, name, 0);
    Res()(prototype, name, 1);
    route(prototype, name, descriptor as TypedPropertyDescriptor<unknown>);
  }
  Inject(HANDLER)(DashboardController, undefined, 0);
  // The circuits must be seen while circuits are open.
  SkipCircuitBreaker()(DashboardController);
  UseGuards(...guards)(DashboardController);
  Controller(path)(DashboardController);
  return DashboardController;
}
