import { fromEvent, isObservable, lastValueFrom, takeUntil, tap, TimeoutError, type Observable } from 'rxjs';
import type { Call } from '../breaker/call.ts';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { Classifier } from '../types/outcome.ts';
import { checkDuration, checkFunction, checkOptions, wrongType } from '../util/check.ts';
import { tryOrReport } from '../util/report-error.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';

/**
 * Options of {@link guarded}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, guarded, type GuardedOptions } from 'rxjs-fluxgate';
 *
 * const options: GuardedOptions<{ status: number }> = { classify: ({ status }) => (status < 500 ? 'success' : 'failure') };
 * const breaker = new CircuitBreaker();
 * await guarded(breaker, () => Promise.resolve({ status: 503 }), options)();
 * console.log(breaker.info().metric.failureCount); // => 1
 * ```
 *
 * @see {@link guarded}
 */
export interface GuardedOptions<T> {
  /** Judges a call by its value, or by the values of an Observable. Default none: that it resolves is a success. */
  readonly classify?: Classifier<T> | undefined;
  /** After how many ms, above 0, the promise rejects with RxJS's `TimeoutError` and the signal is aborted. Default never. */
  readonly timeout?: number | undefined;
}

/**
 * The value of what a guarded function returns: of a promise, or the last of an Observable, if there was one.
 *
 * @example
 * ```ts
 * import { of, type Observable } from 'rxjs';
 * import { CircuitBreaker, guarded, type GuardedValue } from 'rxjs-fluxgate';
 *
 * const last: GuardedValue<Observable<number>> = await guarded(new CircuitBreaker(), () => of(1, 2))();
 * console.log(last); // => 2
 * ```
 *
 * @see {@link guarded}
 */
export type GuardedValue<R> =
  R extends Observable<infer V> ? V | undefined : R extends PromiseLike<infer V> ? Awaited<V> : R;

/** The value that a classifier gets: the one of a promise, or each of an Observable. */
type Classified<R> = R extends Observable<infer V> ? V : R extends PromiseLike<infer V> ? Awaited<V> : R;

/**
 * The same function, guarded, for the promise world: each call asks the breaker, and rejects with a
 * {@link CallNotPermittedError} while the circuit is open.
 *
 * *Details.* The function may return a promise, an Observable, of which the last value counts, or a value. With a
 * `timeout` it gets an `AbortSignal` as its last argument, aborted at the time-out. All time is the breaker's scheduler's.
 *
 * *Gotchas.* An array, another iterable, an async iterable or a `ReadableStream` is a value, not a stream to be read. The time-out does not stop a function that ignores its
 * signal; it only stops waiting.
 *
 * @param breaker the breaker to ask
 * @param fn the function to guard; its `this` is the one of the call
 * @param options how to judge and how long to wait
 * @returns a function of the same arguments, without the signal; it never throws, but rejects
 * @throws TypeError or RangeError for bad arguments
 * @example
 * ```ts
 * import { CircuitBreaker, guarded, isCallNotPermitted } from 'rxjs-fluxgate';
 *
 * const prices = new CircuitBreaker({ name: 'prices' });
 * const fetchPrice = (id: string) => Promise.resolve(`${id}: 9.99`);
 * const price = guarded(prices, fetchPrice);
 * console.log(await price('42')); // => 42: 9.99
 *
 * prices.forceOpen();
 * const fallback = await price('42').catch((error) => (isCallNotPermitted(error) ? 'sold out' : Promise.reject(error)));
 * console.log(fallback); // => sold out
 * ```
 *
 * @see {@link circuitBreaker} for an Observable
 * @see opossum's `fire()`, cockatiel's `wrap()`
 */
export function guarded<A extends unknown[], R>(
  breaker: CircuitBreaker,
  fn: (...args: [...A, signal: AbortSignal]) => R,
  options: GuardedOptions<Classified<R>> & { readonly timeout: number },
): (...args: A) => Promise<GuardedValue<R>>;
export function guarded<A extends unknown[], R>(
  breaker: CircuitBreaker,
  fn: (...args: A) => R,
  options?: GuardedOptions<Classified<R>>,
): (...args: A) => Promise<GuardedValue<R>>;
export function guarded(
  breaker: CircuitBreaker,
  fn: (...args: never[]) => unknown,
  options: GuardedOptions<never> = {},
): (...args: never[]) => Promise<unknown> {
  if (typeof (breaker as Partial<CircuitBreaker> | null)?._tryAdmit !== 'function') {
    throw wrongType('guarded: breaker', 'a CircuitBreaker', breaker);
  }
  checkFunction('guarded: fn', fn);
  checkOptions('guarded', options, ['classify', 'timeout']);
  const { classify, timeout } = options;
  if (classify !== undefined) checkFunction('guarded: classify', classify);
  if (timeout !== undefined) checkDuration('guarded: timeout', timeout);
  const run = (call: Call<unknown>, self: unknown, args: unknown[], signal?: AbortSignal): unknown => {
    const returned = (fn as (...args: unknown[]) => unknown).apply(self, signal ? [...args, signal] : args);
    return isObservable(returned) ? toPromise(call, returned, signal) : toJudged(call, returned, classify);
  };
  return async function (this: unknown, ...args: unknown[]) {
    const call = breaker.admit<unknown>(classify as Classifier<unknown> | undefined);
    try {
      const value = await (timeout === undefined
        ? run(call, this, args)
        : withTimeout(breaker, call, timeout, (signal) => run(call, this, args, signal)));
      call.complete();
      return value;
    } catch (error) {
      call.error(error);
      throw error;
    }
  };
}

/** The value itself, or what a promise resolves to, once the classifier has judged it. */
function toJudged(call: Call<unknown>, returned: unknown, classify: unknown): unknown {
  if (classify === undefined) return returned;
  return Promise.resolve(returned).then((value) => {
    call.next(value);
    return value;
  });
}

/** The last value, of which the call gets each, until the signal is aborted. */
function toPromise(call: Call<unknown>, source$: Observable<unknown>, signal?: AbortSignal): Promise<unknown> {
  const judged$ = source$.pipe(tap((value) => call.next(value)));
  const until$ = signal ? judged$.pipe(takeUntil(fromEvent(signal, 'abort'))) : judged$;
  return lastValueFrom(until$, { defaultValue: undefined });
}

/** Rejects with a TimeoutError after so many ms, which settles the call, and aborts the signal then. */
function withTimeout(
  breaker: CircuitBreaker,
  call: Call<unknown>,
  timeout: number,
  run: (signal: AbortSignal) => unknown,
): Promise<unknown> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = scheduleUnref(breaker._circuit.options.scheduler, timeout, () => {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the error of RxJS's own timeout()
      const error = new TimeoutError();
      // First, so that it is not outrun by what the function still emits or fails with when it is aborted.
      try {
        call.error(error);
        reject(error);
      } catch (failure) {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever the user's tracker has thrown
        reject(failure);
      }
      controller.abort(error);
    });
    const done = (): void => tryOrReport(() => timer.unsubscribe());
    new Promise((settled) => settled(run(controller.signal))).then(resolve, reject).finally(done);
  });
}
