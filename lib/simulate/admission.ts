import type { Call } from '../breaker/call.ts';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import { isCallNotPermitted } from '../errors/call-not-permitted-error.ts';
import type { Classifier } from '../types/outcome.ts';

/** The call, or undefined if the breaker rejects it. */
export function tryAdmit<T>(breaker: CircuitBreaker, classify: Classifier<T> | undefined): Call<T> | undefined {
  try {
    return breaker.admit(classify);
  } catch (error) {
    if (isCallNotPermitted(error)) return undefined;
    throw error;
  }
}
