import { of } from 'rxjs';
import {
  admitAll,
  byTripper,
  CircuitBreaker,
  failureRate,
  halfOpened,
  minRequests,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';

/**
 * A breaker that has just gone half-open and takes every call as a probe, of which the first decides; once it reopens,
 * it stays open.
 */
export function halfOpenBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const breaker = new CircuitBreaker({
    permit: admitAll(),
    tripper: failureRate(0.5).and(minRequests(100).or(halfOpened())),
    recovery: byTripper(),
    retry: ({ reopens }) => (reopens === 0 ? of('now') : Infinity),
    ...options,
  });
  breaker.trip();
  return breaker;
}
