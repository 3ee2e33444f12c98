/**
 * A circuit breaker for NestJS: {@link CircuitBreakerModule} keeps the breakers, {@link UseCircuitBreaker} guards a
 * handler, and {@link InjectCircuitBreaker} injects a breaker by its name.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/nestjs
 */
export { CircuitBreakerInterceptor } from './circuit-breaker-interceptor.ts';
export { CircuitBreakerModule, type CircuitBreakerModuleAsyncOptions } from './circuit-breaker-module.ts';
export { getCircuitBreakerToken, InjectCircuitBreaker } from './inject-circuit-breaker.ts';
export { SkipCircuitBreaker } from './skip-circuit-breaker.ts';
export { UseCircuitBreaker } from './use-circuit-breaker.ts';
