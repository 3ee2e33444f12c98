/**
 * The token of the fleet that {@link CircuitBreakerModule} has joined by its option `fleet`, for metrics and health checks;
 * what it provides is undefined without that option.
 *
 * @example
 * ```ts
 * import { Inject, Injectable } from '@nestjs/common';
 * import type { Fleet } from 'rxjs-fluxgate/fleet';
 * import { CIRCUIT_BREAKER_FLEET } from 'rxjs-fluxgate/nestjs';
 *
 * @Injectable()
 * class Readiness {
 *   @Inject(CIRCUIT_BREAKER_FLEET) private readonly fleet!: Fleet;
 *
 *   members(): number[] {
 *     return this.fleet.status().map(({ members }) => members);
 *   }
 * }
 * ```
 *
 * @see {@link CircuitBreakerModule}
 */
export const CIRCUIT_BREAKER_FLEET = 'CircuitBreakerFleet';
