import type { Call } from '../breaker/call.ts';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import { CallNotPermittedError } from '../errors/call-not-permitted-error.ts';
import type { Classifier } from '../types/outcome.ts';

/** The call, or undefined if the breaker rejects it. */
export function tryAdmit<T>(breaker: CircuitBreaker, classify: Classifier<T> | undefined): Call<T> | undefined {
  const call = breaker._tryAdmit(classify);
  return call instanceof CallNotPermittedError ? undefined : call;
}
