/**
 * Circuit breakers for Angular: {@link circuitBreakerInterceptor} guards the requests of `HttpClient`,
 * {@link provideCircuitBreakers} keeps the breakers, and {@link injectCircuit} shows them in templates.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/angular
 */
export { circuitBreakerInterceptor } from './circuit-breaker-interceptor.ts';
export { CIRCUIT_BREAKER_KEY } from './circuit-breaker-key.ts';
export { injectCircuit, type CircuitSignals } from './inject-circuit.ts';
export { outsideAngularScheduler } from './outside-angular-scheduler.ts';
export { provideCircuitBreakers } from './provide-circuit-breakers.ts';
export { provideCircuitTransfer } from './provide-circuit-transfer.ts';
