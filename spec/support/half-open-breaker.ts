import { of } from 'rxjs';
import { admitAll, CircuitBreaker, type CircuitBreakerOptions } from 'rxjs-fluxgate';

/** A breaker that has just gone half-open and takes every call as a probe; once it reopens, it stays open. */
export function halfOpenBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const breaker = new CircuitBreaker({
    permit: admitAll(),
    retry: ({ reopens }) => (reopens === 0 ? of('now') : Infinity),
    ...options,
  });
  breaker.trip();
  return breaker;
}
