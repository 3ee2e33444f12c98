import { Observable, type Subscription } from 'rxjs';
import type { Opening } from '../../types/opening.ts';
import { checkDuration, checkFunction, checkOptions } from '../../util/check.ts';
import { scheduleUnref } from '../../util/schedule-unref.ts';
import type { Retry } from './retry.ts';

/**
 * Options of {@link retryIf}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, retryIf, type RetryIfOptions } from 'rxjs-fluxgate';
 *
 * const options: RetryIfOptions = { every: 30_000 };
 * const breaker = new CircuitBreaker({ retry: retryIf(({ reopens }) => reopens < 3, options) });
 * console.log(breaker.state); // => closed
 * ```
 *
 * @see {@link retryIf}
 */
export interface RetryIfOptions {
  /** How often the predicate is asked, in ms, above 0. Default 1_000. */
  readonly every?: number | undefined;
}

/**
 * A retry that is due when a predicate says so; it is asked every `every` ms on the scheduler while the circuit is
 * open.
 *
 * @param predicate asked for the first time `every` ms after the opening; if it throws, that is reported and counts as yes
 * @throws TypeError or RangeError if `predicate` is not a function or `every` not such a number
 * @example
 * ```ts
 * import { CircuitBreaker, retryIf } from 'rxjs-fluxgate';
 *
 * let maintenance = true;
 * const breaker = new CircuitBreaker({ retry: retryIf(() => !maintenance, { every: 5_000 }) });
 * console.log(breaker.state); // => closed
 * ```
 *
 * @see {@link Retry} for a notifier, which need not be asked
 */
export function retryIf(predicate: (opening: Opening) => boolean, options: RetryIfOptions = {}): Retry {
  checkFunction('retryIf: predicate', predicate);
  checkOptions('retryIf', options, ['every']);
  const { every = 1_000 } = options;
  checkDuration('retryIf: every', every);
  // Not interval(), whose timer would keep a Node process alive.
  return (opening) =>
    new Observable<void>((subscriber) => {
      let timer: Subscription;
      const ask = (): void => {
        try {
          if (predicate(opening)) subscriber.next();
        } catch (error) {
          subscriber.error(error);
        }
        if (!subscriber.closed) sleep();
      };
      const sleep = (): void => {
        timer = scheduleUnref(opening.scheduler, every, ask);
      };
      sleep();
      return () => timer.unsubscribe();
    });
}
