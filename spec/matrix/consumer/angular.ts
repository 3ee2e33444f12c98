import { HttpContext, provideHttpClient, withInterceptors } from '@angular/common/http';
import { inject, type EnvironmentProviders, type Signal } from '@angular/core';
import type { Observable } from 'rxjs';
import { CircuitBreakerRegistry, failureStreak, type State } from 'rxjs-fluxgate';
import {
  CIRCUIT_BREAKER_KEY,
  circuitBreakerInterceptor,
  injectCircuit,
  outsideAngularScheduler,
  provideCircuitBreakers,
  provideCircuitTransfer,
  type CircuitSignals,
} from 'rxjs-fluxgate/angular';

export const providers: EnvironmentProviders[] = [
  provideHttpClient(withInterceptors([circuitBreakerInterceptor])),
  provideCircuitBreakers((host) => ({ tripper: failureStreak(host.length) }), { maxSize: 10 }),
  provideCircuitTransfer(['stock.example']),
];
export const context = new HttpContext().set(CIRCUIT_BREAKER_KEY, 'search').set(CIRCUIT_BREAKER_KEY, null);
export const stateOf = (host: string): Observable<State> => inject(CircuitBreakerRegistry).get(host).state$;
export const signals = (host: string): CircuitSignals => injectCircuit(host);
export const available = ({ available, retryAt }: CircuitSignals): [Signal<boolean>, number | undefined] => [
  available,
  retryAt(),
];
export const shared = new CircuitBreakerRegistry({ scheduler: outsideAngularScheduler });
