import type { State } from './state.ts';

/**
 * One settled call or one rejection, as `call$` emits it; frozen.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, type CallEvent } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker();
 * breaker.call$.subscribe(({ type, state }: CallEvent) => console.log(type, state));
 * of(1).pipe(circuitBreaker(breaker)).subscribe(); // => success closed
 * ```
 *
 * @see {@link CircuitBreaker.call$}
 */
export interface CallEvent {
  /** The breaker's name. */
  readonly name: string;
  /** How the call ended; `rejected` if it was never let through. */
  readonly type: 'success' | 'failure' | 'ignored' | 'cancelled' | 'rejected';
  /** The state at admission, or that rejected the call. */
  readonly state: State;
  /** When it settled or was rejected, in ms of the scheduler's time. */
  readonly timestamp: number;
  /** How long it took, in ms; 0 for a rejection. */
  readonly duration: number;
  /**
   * The error that the call ended with, or the value classified as a failure; RxJS's `TimeoutError` for a probe that
   * ran out of time, the {@link CallNotPermittedError} for a rejection; otherwise undefined.
   */
  readonly error: unknown;
  /** Whether the circuit has changed its state since the call was admitted, so that its outcome counted for nothing. */
  readonly stale: boolean;
}
