import {
  asyncScheduler,
  from,
  take,
  throwError,
  throwIfEmpty,
  timer,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs';
import { findRejection } from '../../errors/call-not-permitted-error.ts';
import { checkAtLeast, checkOptions } from '../../util/check.ts';
import { checkRetryDelay, toNotifier, type RetryDelay } from './retry-delay.ts';

/** How soon to come back to a half-open circuit that had no place for the call, in ms: its probes take a moment. */
export const HALF_OPEN_PAUSE = 100;

/**
 * Options of {@link unlessRejected}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { unlessRejected, whenAvailable, type UnlessRejectedOptions } from 'rxjs-fluxgate/retry';
 *
 * const payments = new CircuitBreaker({ name: 'payments' });
 * const atMostTenSeconds: UnlessRejectedOptions = { wait: 10_000 };
 * const howeverLong: UnlessRejectedOptions = { wait: whenAvailable(payments) };
 * console.log([unlessRejected(500, atMostTenSeconds), unlessRejected(500, howeverLong)].length); // => 2
 * ```
 *
 * @see {@link unlessRejected}
 */
export interface UnlessRejectedOptions {
  /**
   * Whether to wait for a circuit that rejected the call: a number is the longest wait in ms, at least 0, for a circuit
   * that names its `retryAfter`; a notifier is waited for until its first value. Default: no wait.
   */
  readonly wait?: number | ObservableInput<unknown> | undefined;
  /** What the delays are scheduled on. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Returns a `delay` for RxJS's `retry` that retries failures and passes rejections on: while the circuit is open, a
 * retry would only be rejected again.
 *
 * *Details.* An error counts as a rejection if it is a `CallNotPermittedError`, or if its own `cause` is one. With a
 * number as `wait`, a rejection by an open circuit is retried after its `retryAfter`, if that is at most `wait`; one by
 * a half-open circuit, whose probes are under way, after 100 ms. A circuit that names no time, such as one forced open,
 * is waited for only with a notifier; if that completes without a value, the rejection is passed on.
 *
 * *Gotchas.* Place `retry` after the breaker, so that each attempt is a call, and give it a `count`: by default it never
 * gives up.
 *
 * @param delay the wait before the retry of a failure, in ms or as a function. Default 0
 * @throws TypeError or RangeError for a wrong delay or option
 * @example
 * ```ts
 * import { defer, retry, throwError } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, failureStreak, isCallNotPermitted } from 'rxjs-fluxgate';
 * import { unlessRejected } from 'rxjs-fluxgate/retry';
 *
 * const stock = new CircuitBreaker({ name: 'stock', tripper: failureStreak(2) });
 * let requests = 0;
 * const request$ = defer(() => {
 *   requests++;
 *   return throwError(() => new Error('503'));
 * });
 *
 * request$
 *   .pipe(circuitBreaker(stock), retry({ count: 10, delay: unlessRejected(10) }))
 *   .subscribe({ error: (error: unknown) => console.log(requests, isCallNotPermitted(error)) }); // => 2 true
 * ```
 *
 * @see {@link whenAvailable} for a notifier to wait for; {@link retryWithin} for a limit over all callers
 */
export function unlessRejected(
  delay: RetryDelay = 0,
  options: UnlessRejectedOptions = {},
): (error: unknown, retryCount: number) => Observable<unknown> {
  checkRetryDelay('unlessRejected: delay', delay);
  checkOptions('unlessRejected', options, ['wait', 'scheduler']);
  const { wait, scheduler = asyncScheduler } = options;
  if (typeof wait === 'number' && wait !== Infinity) checkAtLeast('unlessRejected: wait', 0, wait);

  return (error, retryCount) => {
    const rejection = findRejection(error);
    if (!rejection) return toNotifier('unlessRejected: the result of delay', delay, scheduler, error, retryCount);
    if (wait !== undefined && typeof wait !== 'number')
      return from(wait).pipe(
        take(1),
        throwIfEmpty(() => error),
      );
    const pause = rejection.state === 'half_open' ? HALF_OPEN_PAUSE : (rejection.retryAfter ?? Infinity);
    return wait !== undefined && pause <= wait && pause < Infinity ? timer(pause, scheduler) : throwError(() => error);
  };
}
