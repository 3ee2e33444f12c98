import {
  asyncScheduler,
  defer,
  mergeMap,
  of,
  retry,
  take,
  tap,
  throwError,
  type MonoTypeOperatorFunction,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs';
import { findRejection } from '../../errors/call-not-permitted-error.ts';
import { checkCount, checkOptions, wrongType } from '../../util/check.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { RetryDelay } from './retry-delay.ts';
import { unlessRejected } from './unless-rejected.ts';

/**
 * What {@link retryWithin} takes beside the budget.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { retryBudget, retryWithin, type RetryWithinConfig } from 'rxjs-fluxgate/retry';
 *
 * const config: RetryWithinConfig = { count: 2, delay: (_error, retryCount) => 100 * 2 ** retryCount };
 * of(1).pipe(retryWithin(retryBudget(), config)).subscribe((value) => console.log(value)); // => 1
 * ```
 *
 * @see {@link retryWithin}
 */
export interface RetryWithinConfig {
  /** How often one call may be retried, an integer of at least 1. Default 3. */
  readonly count?: number | undefined;
  /** The wait before each retry, in ms or as a function. Default 0. */
  readonly delay?: RetryDelay | undefined;
  /** Whether to wait for a circuit that rejected the call, as in {@link UnlessRejectedOptions.wait}. Default: no wait. */
  readonly wait?: number | ObservableInput<unknown> | undefined;
  /** Whether a value sets the count of this call back to 0, as in RxJS's `retry`. Default false. */
  readonly resetOnSuccess?: boolean | undefined;
  /** What the waits are scheduled on. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Retries as RxJS's `retry` does, as long as the budget that all its callers share has credit; without credit, the
 * error is passed on at once.
 *
 * *Details.* A call adds its credit when the dependency first responds: by a value, its completion or an error. The
 * credit of a retry is taken when the retry is made, after its delay. A rejection by a circuit is passed on, or waited for
 * if `wait` is given; it never reached the dependency, so it neither adds nor takes credit.
 *
 * *Gotchas.* Place it after the breaker, so that each attempt is a call. Like any retry, it repeats what failed: use it
 * for calls that may be made twice.
 *
 * @param budget the budget to share
 * @throws TypeError or RangeError for what is not a budget, or a wrong option
 * @example
 * ```ts
 * import { defer, of, throwError, timeout } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
 * import { retryBudget, retryWithin } from 'rxjs-fluxgate/retry';
 *
 * const stock = new CircuitBreaker({ name: 'stock' });
 * const stockRetries = retryBudget({ ratio: 0.2 });
 * let attempts = 0;
 *
 * defer(() => (++attempts < 3 ? throwError(() => new Error('503')) : of('42 pens')))
 *   .pipe(
 *     timeout(1_000), // a hang becomes a failure
 *     circuitBreaker(stock), // each attempt is a call
 *     retryWithin(stockRetries, { count: 3, delay: 10 }),
 *   )
 *   .subscribe((pens) => console.log(attempts, pens)); // => 3 42 pens
 * ```
 *
 * @see {@link retryBudget} for the budget; {@link unlessRejected} for retries without one
 */
export function retryWithin<T>(budget: RetryBudget, config: RetryWithinConfig = {}): MonoTypeOperatorFunction<T> {
  if (typeof (budget as Partial<RetryBudget> | null)?.tryWithdraw !== 'function')
    throw wrongType('retryWithin: budget', 'a RetryBudget', budget);
  checkOptions('retryWithin', config, ['count', 'delay', 'wait', 'resetOnSuccess', 'scheduler']);
  const { count = 3, delay = 0, wait, resetOnSuccess = false, scheduler = asyncScheduler } = config;
  checkCount('retryWithin: count', count);
  const toNotifier = unlessRejected(delay, { wait, scheduler });

  return (source) =>
    defer(() => {
      let deposited = false;
      const deposit = (): void => {
        if (deposited) return;
        deposited = true;
        budget.deposit();
      };
      const attempt$ = source.pipe(
        tap({
          next: deposit,
          complete: deposit,
          error: (error: unknown) => {
            if (!findRejection(error)) deposit();
          },
        }),
      );
      return attempt$.pipe(
        retry({
          count,
          resetOnSuccess,
          delay: (error: unknown, retryCount) => {
            if (findRejection(error)) return toNotifier(error, retryCount);
            if (budget.balance < 1) return throwError(() => error);
            return toNotifier(error, retryCount).pipe(
              take(1),
              // Other callers may have spent the credit during the delay.
              mergeMap((due) => (budget.tryWithdraw() ? of(due) : throwError(() => error))),
            );
          },
        }),
      );
    });
}
