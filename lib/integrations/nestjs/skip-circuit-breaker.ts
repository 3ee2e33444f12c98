import { SetMetadata } from '@nestjs/common';
import { CIRCUIT } from './circuit-metadata.ts';

/**
 * Leaves a handler, or all handlers of a controller, unguarded where {@link UseCircuitBreaker} on the controller, or a
 * global {@link CircuitBreakerInterceptor}, would guard it: for example a health check, whose 503 is no failure.
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { SkipCircuitBreaker, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
 *
 * @Controller('stock')
 * @UseCircuitBreaker('stock')
 * class StockController {
 *   @Get('version')
 *   @SkipCircuitBreaker()
 *   version(): string {
 *     return '1.2.3';
 *   }
 * }
 * ```
 *
 * @see {@link UseCircuitBreaker}
 */
export function SkipCircuitBreaker(): ClassDecorator & MethodDecorator {
  return SetMetadata(CIRCUIT, false);
}
