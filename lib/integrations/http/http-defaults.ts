import { backoff } from '../../components/retries/backoff.ts';
import type { Retry } from '../../components/retries/retry.ts';
import type { Tracker } from '../../components/trackers/tracker.ts';
import { checkOptions } from '../../util/check.ts';
import { httpFailure } from './http-failure.ts';
import { judge, toMeasure } from './judge.ts';
import { retryAfter, type RetryAfterOptions } from './retry-after.ts';
import { resolveFailingStatus, type StatusOptions } from './status-options.ts';

/**
 * Options of {@link httpDefaults}.
 *
 * @example
 * ```ts
 * import { cooldown } from 'rxjs-fluxgate';
 * import { httpDefaults, type HttpDefaultsOptions } from 'rxjs-fluxgate/http';
 *
 * const options: HttpDefaultsOptions = { statuses: [502, 503, 504], fallback: cooldown(10_000), max: 120_000 };
 * console.log(httpDefaults(options).tracker.test({ status: 500 })); // => false
 * ```
 *
 * @see {@link httpDefaults}
 */
export interface HttpDefaultsOptions extends StatusOptions, RetryAfterOptions {
  /**
   * How long to wait if the server does not ask for a time. Default `backoff({ initial: 5_000, max: 60_000, jitter: 0.2 })`,
   * as of every breaker.
   */
  readonly fallback?: Retry | undefined;
}

/**
 * The options of a breaker that {@link httpDefaults} sets.
 *
 * @example
 * ```ts
 * import { httpDefaults, type HttpDefaults } from 'rxjs-fluxgate/http';
 *
 * const { untracked }: HttpDefaults = httpDefaults();
 * console.log(untracked({ status: 404 }), untracked(new Error('a bug'))); // => success ignored
 * ```
 *
 * @see {@link httpDefaults}
 */
export interface HttpDefaults {
  /** Which errors are failures: {@link httpFailure}. */
  readonly tracker: Tracker;
  /** What the other errors are: `'success'` for an answer such as a 404, `'ignored'` for an aborted request or a bug. */
  readonly untracked: (error: unknown) => 'ignored' | 'success';
  /** How long the circuit stays open: {@link retryAfter}. */
  readonly retry: Retry;
}

/**
 * Returns what a breaker for an HTTP service needs besides the defaults: `tracker`, `untracked` and `retry`.
 *
 * *Details.* 408, 429, 5xx, network failures and time-outs are failures. A 404, and any other answer, is a success: the
 * service is up. Aborted requests and errors that have nothing to do with HTTP are ignored. An open circuit waits as
 * long as `Retry-After` asks, else as long as `fallback` returns.
 *
 * *Gotchas.* To fetch a bad response is a value: use {@link okJson} or {@link throwUnlessOk}, or {@link guardFetch}.
 *
 * @param options `statuses`, as of {@link httpFailure}; `max` in ms, as of {@link retryAfter}; `fallback`
 * @throws TypeError or RangeError for bad options
 * @example
 * ```ts
 * import { throwError } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 * import { httpDefaults } from 'rxjs-fluxgate/http';
 *
 * const stock = new CircuitBreaker({ name: 'stock', ...httpDefaults(), tripper: failureStreak(1) });
 * const respond = (status: number) => throwError(() => ({ status })).pipe(circuitBreaker(stock)); // in place of a request
 *
 * respond(404).subscribe({ error: () => console.log(stock.state) }); // => closed
 * respond(503).subscribe({ error: () => console.log(stock.state) }); // => open
 * ```
 *
 * @see {@link guardFetch} for a breaker for each host
 */
export function httpDefaults(options: HttpDefaultsOptions = {}): HttpDefaults {
  checkOptions('httpDefaults', options, ['statuses', 'fallback', 'max']);
  const { statuses, max, fallback = backoff({ initial: 5_000, max: 60_000, jitter: 0.2 }) } = options;
  const measure = toMeasure(resolveFailingStatus('httpDefaults', { statuses }));
  return {
    tracker: httpFailure({ statuses }),
    untracked: (error) => (judge(error, measure) === 'answer' ? 'success' : 'ignored'),
    retry: retryAfter(fallback, { max }),
  };
}
