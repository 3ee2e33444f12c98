import { defer, from, isObservable, Observable, take, type Subscription } from 'rxjs';
import type { Opening } from '../../types/opening.ts';
import { checkDuration, checkFunction, checkOptions } from '../../util/check.ts';
import { checkCalled, factory } from '../../util/factory.ts';
import { scheduleUnref } from '../../util/schedule-unref.ts';
import type { Retry } from './retry.ts';

/**
 * Options of {@link retryIf}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, retryIf, type RetryIfOptions } from 'rxjs-fluxgate';
 *
 * const options: RetryIfOptions = { every: 10 };
 * const breaker = new CircuitBreaker({ retry: retryIf(() => true, options) });
 * breaker.trip();
 * await new Promise((resolve) => setTimeout(resolve, 50));
 * console.log(breaker.state); // => half_open
 * ```
 *
 * @see {@link retryIf}
 */
export interface RetryIfOptions {
  /** How long after the opening, or after the last answer, the check runs, in ms, above 0. Default 1_000. */
  readonly every?: number | undefined;
  /** After how many ms the circuit goes half-open whatever the check returns, above 0. Default 300_000. */
  readonly max?: number | undefined;
}

/**
 * A health check: `check` runs every `every` ms while the circuit is open, and the circuit goes half-open at its first
 * yes, after `max` ms at the latest.
 *
 * *Details.* `check` returns a boolean, a promise or an Observable of one. False, a throw, a rejection or an error mean
 * *not yet* and are not reported. The next check starts `every` ms after the answer to the last, so there are never two
 * at once.
 *
 * *Gotchas.* A check through the breaker itself is rejected, because the circuit is open.
 *
 * @param check returns whether the dependency may be called again
 * @throws TypeError or RangeError if `check` is not a function or an option not such a number
 * @example
 * ```ts
 * import { CircuitBreaker, retryIf } from 'rxjs-fluxgate';
 *
 * const isHealthy = async () => (await fetch('http://127.0.0.1:9/health')).ok;
 * const breaker = new CircuitBreaker({ retry: retryIf(isHealthy, { every: 5_000, max: 60_000 }) });
 * breaker.trip();
 * console.log(breaker.state, breaker.info().retryAt); // => open undefined
 * ```
 *
 * @see {@link Retry} for a notifier of your own
 * @see Fluxgate's `Retry`, a yes or no that each call asks
 */
export const retryIf = /* @__PURE__ */ factory(
  'retryIf',
  (check: (opening: Opening) => Health, options: RetryIfOptions = {}): Retry => {
    checkFunction('retryIf: check', check);
    checkCalled('retryIf: check', check);
    checkOptions('retryIf', options, ['every', 'max']);
    const { every = 1_000, max = 300_000 } = options;
    checkDuration('retryIf: every', every);
    checkDuration('retryIf: max', max);
    return (opening) => {
      const ask = (): Health => {
        const health = check(opening);
        opening._onCheck?.(health);
        return health;
      };
      return toNotifier(ask, every, max, opening);
    };
  },
);

/** The answer of a health check. */
type Health = boolean | PromiseLike<boolean> | Observable<boolean>;

/** Emits when the check first returns true, or after `max` ms. */
function toNotifier(check: () => Health, every: number, max: number, { scheduler }: Opening): Observable<void> {
  return new Observable((subscriber) => {
    let timer: Subscription | undefined;
    let answer: Subscription | undefined;
    // Not interval(), whose timer would keep a Node process alive.
    const sleep = (): void => {
      if (!subscriber.closed) timer = scheduleUnref(scheduler, every, ask);
    };
    const ask = (): void => {
      answer = defer(() => toObservable(check()))
        .pipe(take(1))
        .subscribe({
          next: (healthy) => {
            if (healthy) subscriber.next();
          },
          error: sleep,
          complete: sleep,
        });
    };
    sleep();
    subscriber.add(scheduleUnref(scheduler, max, () => subscriber.next()));
    return () => {
      timer?.unsubscribe();
      answer?.unsubscribe();
    };
  });
}

function toObservable(health: Health): Observable<boolean> {
  if (isObservable(health)) return health;
  return typeof health === 'object' ? from(health) : from([health]);
}
