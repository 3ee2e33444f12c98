import type { Retry } from '../../components/retries/retry.ts';
import type { Opening } from '../../types/opening.ts';
import { checkDuration, checkFunction, checkOptions } from '../../util/check.ts';
import { chainOf } from './error-chain.ts';
import { headerOf } from './header.ts';

/**
 * Options of {@link retryAfter}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, cooldown } from 'rxjs-fluxgate';
 * import { retryAfter, type RetryAfterOptions } from 'rxjs-fluxgate/http';
 *
 * const options: RetryAfterOptions = { max: 60_000 };
 * console.log(new CircuitBreaker({ retry: retryAfter(cooldown(10_000), options) }).state); // => closed
 * ```
 *
 * @see {@link retryAfter}
 */
export interface RetryAfterOptions {
  /** The longest wait, in ms above 0, that a server may ask for. Default 300_000. */
  readonly max?: number | undefined;
}

/**
 * A retry that waits as long as the server asked for in the header `Retry-After` of the error or response that opened
 * the circuit, and otherwise as long as another retry says.
 *
 * *Details.* The header is a number of seconds or an HTTP date. A date counts from the `Date` of the same response, so
 * that the client's clock may be wrong, or from the scheduler's time if there is none. The headers may be of fetch,
 * rxjs/ajax, Angular, axios, or a plain object, on the error, on its `response`, or on what it was made of. The
 * fallback is also asked if the header is malformed, 0 or in the past, so that a circuit that opens stays so for a while.
 *
 * *Gotchas.* In a browser a server of another origin must list both headers in `Access-Control-Expose-Headers`.
 * The wait has no jitter: the server chose it. Nor does it grow with reopenings; the fallback does if it is a `backoff`.
 *
 * @param fallback asked when the server said nothing of use
 * @throws TypeError or RangeError if `fallback` is not a function or `max` not such a number
 * @example
 * ```ts
 * import { throwError } from 'rxjs';
 * import { backoff, CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 * import { retryAfter } from 'rxjs-fluxgate/http';
 *
 * const stock = new CircuitBreaker({
 *   tripper: failureStreak(1),
 *   retry: retryAfter(backoff({ initial: 1_000 }), { max: 60_000 }),
 * });
 * throwError(() => ({ status: 503, headers: { 'Retry-After': '30' } })) // in place of a request
 *   .pipe(circuitBreaker(stock))
 *   .subscribe({ error: () => console.log(stock.info().retryAt! - stock.info().changedAt) }); // => 30000
 * ```
 *
 * @see `backoff` and `cooldown` of `rxjs-fluxgate`, as fallbacks
 * @see RFC 9110, section 10.2.3
 */
export function retryAfter(fallback: Retry, options: RetryAfterOptions = {}): Retry {
  checkFunction('retryAfter: fallback', fallback);
  checkOptions('retryAfter', options, ['max']);
  const { max = 300_000 } = options;
  checkDuration('retryAfter: max', max);
  return (opening) => {
    const wait = waitOf(opening);
    return wait > 0 ? Math.min(wait, max) : fallback(opening);
  };
}

/** In ms; not above 0, or NaN, if nothing of use was said. */
function waitOf({ cause, scheduler }: Opening): number {
  for (const link of chainOf(cause)) {
    const text = headerOf(link, 'Retry-After');
    if (text === undefined) continue;
    if (/^\d+$/.test(text)) return Number(text) * 1_000;
    const sent = timeOf(headerOf(link, 'Date'));
    return timeOf(text) - (Number.isNaN(sent) ? scheduler.now() : sent);
  }
  return NaN;
}

/** An HTTP date in ms; NaN for what is none. Date.parse takes `-5` and much else for a date. */
function timeOf(text = ''): number {
  // The three forms of RFC 9110, of which the oldest ends with the year and lacks the zone.
  if (!/^[A-Z][a-z]{2,8},? .{8,20} (GMT|\d{4})$/.test(text)) return NaN;
  // eslint-disable-next-line no-restricted-globals -- reads a text, not the clock
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
