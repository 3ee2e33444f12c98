import type { State } from '../types/state.ts';

/**
 * What a {@link CallNotPermittedError} tells.
 *
 * @example
 * ```ts
 * import { CallNotPermittedError, type CallNotPermittedDetails } from 'rxjs-fluxgate';
 *
 * // For a test of a fallback.
 * const details: CallNotPermittedDetails = { circuit: 'payments', state: 'open', retryAfter: 500, cause: undefined };
 * console.log(new CallNotPermittedError(details).retryAfter); // => 500
 * ```
 *
 * @see {@link CallNotPermittedError}
 */
export interface CallNotPermittedDetails {
  /** The name of the circuit that rejected the call; `name` is the error's own. */
  readonly circuit: string;
  /** The state that rejected it. */
  readonly state: State;
  /** In how many ms, not always an integer, the circuit will be tried again; undefined unless it is open with a finite wait. */
  readonly retryAfter: number | undefined;
  /** What opened the circuit, as in {@link Signal.cause}. */
  readonly cause: unknown;
}

/**
 * An Error as RxJS's own errors are: the Error constructor, even with no stack to capture, would cost more than all the
 * rest of a rejection.
 */
const StacklessError = Object.assign(
  function () {
    // The prototype is all that is needed.
  },
  { prototype: Error.prototype },
) as unknown as ErrorConstructor;
Object.setPrototypeOf(StacklessError, Error);

/**
 * The error of a call that the circuit did not let through; the source was not subscribed.
 *
 * It has no stack frames: it says who rejected the call and for how long, and in an outage there are many of them.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, type CallNotPermittedError } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ name: 'payments' });
 * breaker.forceOpen();
 * of(1).pipe(circuitBreaker(breaker)).subscribe({
 *   error: ({ message }: CallNotPermittedError) => console.log(message), // => Circuit "payments" is forced_open: call not permitted
 * });
 * ```
 *
 * @see {@link isCallNotPermitted} for telling it from the errors of the dependency
 */
export class CallNotPermittedError extends StacklessError implements CallNotPermittedDetails {
  readonly circuit: string;
  readonly state: State;
  readonly retryAfter: number | undefined;
  override readonly cause: unknown;

  constructor({ circuit, state, retryAfter, cause }: CallNotPermittedDetails) {
    super();
    this.name = 'CallNotPermittedError';
    this.message =
      `Circuit "${circuit}" is ${state}: call not permitted` +
      (retryAfter === undefined ? '' : `, retry after ${String(Math.ceil(retryAfter))} ms`);
    this.stack = `${this.name}: ${this.message}`;
    this.circuit = circuit;
    this.state = state;
    this.retryAfter = retryAfter;
    this.cause = cause;
  }
}

/**
 * Tells whether an error is a rejection of a circuit breaker, also of another copy of this package.
 *
 * @param error anything that was thrown or notified
 * @example
 * ```ts
 * import { catchError, of, throwError } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, isCallNotPermitted } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker();
 * breaker.forceOpen();
 * of('fresh')
 *   .pipe(
 *     circuitBreaker(breaker),
 *     catchError((error: unknown) => (isCallNotPermitted(error) ? of('cached') : throwError(() => error))),
 *   )
 *   .subscribe((value) => console.log(value)); // => cached
 * ```
 *
 * @see {@link CallNotPermittedError}
 */
export function isCallNotPermitted(error: unknown): error is CallNotPermittedError {
  // By name, because the class of another copy of the package, or of another realm, is another class.
  return (
    typeof error === 'object' &&
    error !== null &&
    'circuit' in error &&
    'name' in error &&
    error.name === 'CallNotPermittedError'
  );
}
