/**
 * What users of Angular need beside the breaker.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/angular
 */
export { circuitBreakerInterceptor } from './circuit-breaker-interceptor.ts';
export { CIRCUIT_BREAKER_KEY } from './circuit-breaker-key.ts';
export { provideCircuitBreakers } from './provide-circuit-breakers.ts';
