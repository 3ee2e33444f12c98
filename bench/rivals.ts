import { circuitBreaker, CountBreaker, handleAll, type CircuitBreakerPolicy } from 'cockatiel';
import Opossum from 'opossum';

/** As long as a timer can be, so that an open circuit stays open. */
const LONG = 2 ** 31 - 1;

type Action = () => Promise<unknown>;

/**
 * Without its timeout and percentiles, which the others do not have either and which would make it slower.
 *
 * It must be shut down: it holds an interval for its buckets.
 */
export function opossum(action: Action): Opossum<[]> {
  return new Opossum(action, {
    timeout: false,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    errorThresholdPercentage: 50,
    volumeThreshold: 100,
    resetTimeout: LONG,
  });
}

/** With the window and threshold that are the default of rxjs-fluxgate. */
export function cockatiel(): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, {
    halfOpenAfter: LONG,
    breaker: new CountBreaker({ size: 100, threshold: 0.5, minimumNumberOfCalls: 100 }),
  });
}

/** Opened by failures, as in an outage. */
export async function openCockatiel(): Promise<CircuitBreakerPolicy> {
  const policy = cockatiel();
  for (let i = 0; i < 100; i++) await policy.execute(() => Promise.reject(new Error('down'))).catch(() => undefined);
  return policy;
}
