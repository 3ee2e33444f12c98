import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { wrongType } from '../../util/check.ts';
import { CIRCUIT, MARKED_METHODS } from './circuit-metadata.ts';
import { CircuitBreakerInterceptor } from './circuit-breaker-interceptor.ts';

/**
 * Guards a handler, or all handlers of a controller, by a breaker of the registry of {@link CircuitBreakerModule}.
 *
 * *Details.* A decorator of a handler wins over one of its controller. With no name each handler has a breaker of its
 * own, named `Controller.handler`.
 *
 * *Gotchas.* Controllers whose classes have the same name share these breakers: give names there. Nest runs interceptors
 * around handlers alone: on a method of a service it would do nothing, so the application does not start, and
 * {@link Guarded} is what guards there.
 *
 * @param name the breaker's key in the registry; handlers of the same name share it. Default `Controller.handler`
 * @throws TypeError if it is not a string
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
 *
 * @Controller('orders')
 * class OrdersController {
 *   @Get()
 *   @UseCircuitBreaker('orders')
 *   list(): string[] {
 *     return ['42'];
 *   }
 * }
 * ```
 *
 * @see {@link CircuitBreakerInterceptor} for what it does
 * @see {@link SkipCircuitBreaker}, {@link Guarded}
 */
export function UseCircuitBreaker(name?: string): ClassDecorator & MethodDecorator {
  if (name !== undefined && typeof name !== 'string') throw wrongType('UseCircuitBreaker: name', 'a string', name);
  return applyDecorators(SetMetadata(CIRCUIT, name ?? true), UseInterceptors(CircuitBreakerInterceptor), markMethod);
}

/** Notes the method for the check at the start: a decorator above may replace it by another function. */
function markMethod(target: object, key?: string | symbol): void {
  if (key === undefined) return;
  const marked = (Reflect.getOwnMetadata(MARKED_METHODS, target) ?? []) as readonly (string | symbol)[];
  Reflect.defineMetadata(MARKED_METHODS, [...marked, key], target);
}
