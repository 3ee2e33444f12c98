import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import { IN_USE, type Forgettable } from '../breaker/in-use.ts';

/** Whether a call is in flight, an open circuit waits, or a command keeps the breaker in its state. */
export function isInUse(breaker: CircuitBreaker): boolean {
  return (breaker as unknown as Forgettable)[IN_USE];
}
