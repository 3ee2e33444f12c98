import type { CircuitBreaker } from 'rxjs-fluxgate';

/** What a breaker has counted. */
export function getCounts(breaker: CircuitBreaker): {
  successes: number;
  failures: number;
  inFlight: number;
  rejected: number;
} {
  const { metric, inFlight, rejected } = breaker.info();
  const { totalCount, failureCount } = metric;
  return { successes: totalCount - failureCount, failures: failureCount, inFlight, rejected };
}
