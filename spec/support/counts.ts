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

/** The counts of a breaker that has recorded and rejected nothing, and waits for nothing. */
export const nothing = { successes: 0, failures: 0, inFlight: 0, rejected: 0 };
