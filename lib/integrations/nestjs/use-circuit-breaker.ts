import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { wrongType } from '../../util/check.ts';
import { CIRCUIT } from './circuit-of.ts';
import { CircuitBreakerInterceptor } from './circuit-breaker-interceptor.ts';

/**
 * Guards a handler, or all handlers of a controller, by a breaker of the registry of {@link CircuitBreakerModule}.
 *
 * *Details.* A decorator of a handler wins over that of its controller. With no name each handler has a breaker of its
 * own, named `Controller.handler`.
 *
 * *Gotchas.* Controllers whose classes have the same name share these breakers: give names there.
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
 * @see {@link SkipCircuitBreaker}
 */
export function UseCircuitBreaker(name?: string): ClassDecorator & MethodDecorator {
  if (name !== undefined && typeof name !== 'string') throw wrongType('UseCircuitBreaker: name', 'a string', name);
  return applyDecorators(SetMetadata(CIRCUIT, name ?? true), UseInterceptors(CircuitBreakerInterceptor));
}
