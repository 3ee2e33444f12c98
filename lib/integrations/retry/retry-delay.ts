import { from, timer, type Observable, type ObservableInput, type SchedulerLike } from 'rxjs';
import { checkAtLeast, wrongType } from '../../util/check.ts';

/**
 * How long to wait before a retry: a number of ms, or a function of the error and the number of the retry (the first
 * is 1) that returns one, or a notifier as RxJS's `retry` takes it.
 *
 * A function that throws, or returns an Observable that errors, ends the retries with that error.
 *
 * @example
 * ```ts
 * import type { RetryDelay } from 'rxjs-fluxgate/retry';
 *
 * const constant: RetryDelay = 500;
 * // Exponential backoff with full jitter, so that callers that failed together do not come back together.
 * const backoffWithJitter: RetryDelay = (_error, retryCount) => Math.random() * Math.min(10_000, 100 * 2 ** retryCount);
 * console.log(constant, Number(backoffWithJitter(new Error('down'), 1)) <= 200); // => 500 true
 * ```
 *
 * @see {@link unlessRejected} and {@link retryWithin}, which take one
 */
export type RetryDelay = number | ((error: unknown, retryCount: number) => number | ObservableInput<unknown>);

export function checkRetryDelay(what: string, delay: unknown): void {
  if (typeof delay === 'function') return;
  if (typeof delay !== 'number') throw wrongType(what, 'a number of ms or a function', delay);
  checkAtLeast(what, 0, delay);
}

/** Returns what emits when the retry is due. */
export function toNotifier(
  what: string,
  delay: RetryDelay,
  scheduler: SchedulerLike,
  error: unknown,
  retryCount: number,
): Observable<unknown> {
  const wait = typeof delay === 'function' ? delay(error, retryCount) : delay;
  if (typeof wait !== 'number') return from(wait);
  checkAtLeast(what, 0, wait);
  return timer(wait, scheduler);
}
