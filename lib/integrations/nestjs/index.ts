/**
 * A circuit breaker for NestJS: {@link CircuitBreakerModule} keeps the breakers, {@link UseCircuitBreaker} guards a
 * handler, {@link Guarded} any other method, and {@link InjectCircuitBreaker} injects a breaker by its name.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/nestjs
 */
export { CircuitBreakerFilter } from './circuit-breaker-filter.ts';
export {
  CircuitBreakerHealthIndicator,
  type CircuitBreakerHealth,
  type CircuitBreakerHealthOptions,
  type CircuitHealth,
} from './circuit-breaker-health-indicator.ts';
export { CircuitBreakerInterceptor } from './circuit-breaker-interceptor.ts';
export { CircuitBreakerModule } from './circuit-breaker-module.ts';
export { DashboardModule, type DashboardModuleOptions } from './dashboard-module.ts';
export type { CircuitBreakerFeature } from './feature-options.ts';
export { CIRCUIT_BREAKER_FLEET } from './fleet-token.ts';
export { Guarded, type GuardableMethod, type GuardedOptions } from './guarded.ts';
export { getCircuitBreakerToken, InjectCircuitBreaker } from './inject-circuit-breaker.ts';
export type {
  CircuitBreakerModuleAsyncOptions,
  CircuitBreakerModuleConfig,
  CircuitBreakerModuleOptions,
  CircuitBreakerOptionsFactory,
} from './module-options.ts';
export { SkipCircuitBreaker } from './skip-circuit-breaker.ts';
export { UseCircuitBreaker } from './use-circuit-breaker.ts';
