import type { State } from '../types/state.ts';
import { RejectionOrigin } from './rejection-origin.ts';

/**
 * The contents of a {@link CallNotPermittedError}.
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
  /** In how many ms, rounded up, the circuit will be tried again; undefined unless it is open with a finite wait. */
  readonly retryAfter: number | undefined;
  /** What opened the circuit, as in {@link Signal.cause}. */
  readonly cause: unknown;
}

/**
 * An Error as RxJS's own errors are: the Error constructor, even with no stack to capture, would cost more than all the
 * rest of a rejection.
 */
const StacklessError = /* @__PURE__ */ (() => {
  const base = function (): void {
    // The prototype is all that is needed.
  };
  base.prototype = Error.prototype;
  return Object.setPrototypeOf(base, Error) as new () => object;
})();

const ORIGIN = /* @__PURE__ */ Symbol('origin');

/**
 * The error of a call that the circuit did not let through; the source was not subscribed.
 *
 * It has no stack frames, because in an outage there are many of them. As on any native error `name`, `message`, `stack`
 * and `cause` are not enumerable, and JSON shows name, message, circuit, state and retryAfter alone: the error that opened
 * the circuit may carry the token of another user's request.
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
 * @see {@link isCallNotPermitted} to distinguish it from the errors of the dependency
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- merged with Error below
export class CallNotPermittedError extends StacklessError implements CallNotPermittedDetails {
  readonly circuit: string;
  readonly state: State;
  readonly retryAfter: number | undefined;
  /** @internal */
  readonly [ORIGIN]: RejectionOrigin;

  /** `origin` is shared by the rejections of one opening, for defining what is not enumerable is slow. */
  constructor(details: CallNotPermittedDetails, origin = new RejectionOrigin(details.cause)) {
    super();
    this.circuit = details.circuit;
    this.state = details.state;
    this.retryAfter = details.retryAfter;
    this[ORIGIN] = origin;
  }

  // The setters are for frameworks, which assign to these as to those of a native error.

  /** `'CallNotPermittedError'`, by which errors of other copies of the package are known. */
  get name(): string {
    return 'CallNotPermittedError';
  }

  set name(value: string) {
    define(this, 'name', value);
  }

  /** Names the circuit, its state, and in how many ms it will be tried again, if that is known. */
  get message(): string {
    const { circuit, state, retryAfter } = this;
    const hint = retryAfter === undefined ? '' : `, retry after ${String(retryAfter)} ms`;
    return `Circuit "${circuit}" is ${state}: call not permitted${hint}`;
  }

  set message(value: string) {
    define(this, 'message', value);
  }

  /** The name and the message: there are no frames. */
  get stack(): string {
    return `${this.name}: ${this.message}`;
  }

  set stack(value: string) {
    define(this, 'stack', value);
  }

  /** The error that opened the circuit, as in {@link Signal.cause}. */
  get cause(): unknown {
    return this[ORIGIN].cause;
  }

  set cause(value: unknown) {
    define(this, 'cause', value);
  }

  /** Name, message, circuit, state and retryAfter; neither stack nor cause. */
  toJSON(): object {
    const { name, message, circuit, state, retryAfter } = this;
    return { name, message, circuit, state, retryAfter };
  }
}

/** To TypeScript it is an Error too, whose properties a class could not override by accessors. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface CallNotPermittedError extends Error {}

function define(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}

/**
 * Returns whether an error is a rejection of a circuit breaker, also of another copy of this package.
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
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof CallNotPermittedError) return true;
  // By name, because the class of another copy of the package, or of another realm, is another class.
  return 'circuit' in error && 'name' in error && error.name === 'CallNotPermittedError';
}

/** The rejection that an error is, or that it names as its cause; undefined if there is none. */
export function findRejection(error: unknown): CallNotPermittedError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    if (isCallNotPermitted(error)) return error;
    const { cause } = error as { cause?: unknown };
    return isCallNotPermitted(cause) ? cause : undefined;
  } catch {
    // A revoked proxy, or a getter that throws.
    return undefined;
  }
}

/** Whether a rejection was made by this circuit. */
export function isRejectionOf(circuit: object, rejection: CallNotPermittedError): boolean {
  return ORIGIN in rejection && rejection[ORIGIN].circuit === circuit;
}
