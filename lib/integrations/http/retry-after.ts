import type { Retry } from '../../components/retries/retry.ts';
import type { Opening } from '../../types/opening.ts';
import { checkDuration, checkFunction, checkOptions } from '../../util/check.ts';
import { chainOf } from './error-chain.ts';
import { getHeader } from './header.ts';

/**
 * Options of {@link retryAfter}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, cooldown, failureStreak } from 'rxjs-fluxgate';
 * import { retryAfter, type RetryAfterOptions } from 'rxjs-fluxgate/http';
 *
 * const options: RetryAfterOptions = { max: 60_000 };
 * const stock = new CircuitBreaker({ tripper: failureStreak(1), retry: retryAfter(cooldown(10_000), options) });
 * stock.admit().error({ response: new Response('', { status: 503, headers: { 'Retry-After': '120' } }) });
 * const { retryAt = 0, changedAt } = stock.info();
 * console.log(retryAt - changedAt); // => 60000
 * ```
 *
 * @see {@link retryAfter}
 */
export interface RetryAfterOptions {
  /** The longest wait, in ms above 0, that a server may ask for. Default 300_000. */
  readonly max?: number | undefined;
}

/**
 * A retry that waits as long as the header `Retry-After` of the error or response that opened the circuit asks, and
 * otherwise as long as another retry returns.
 *
 * *Details.* The header is a number of seconds, also a decimal one, or an HTTP date in any of its three forms. A date
 * counts from the `Date` of the same response, so that a wrong clock of the client does no harm, or from the scheduler's
 * time if there is none. The header `Retry-After-Ms` of Azure and OpenAI goes first. The headers may be of fetch,
 * rxjs/ajax, Angular, axios, AWS, or a plain object; on the error, on its `response`, or on its causes. The fallback is
 * asked if the header is 0, negative, in the past or malformed, so that a circuit that opens stays open for a while.
 *
 * *Gotchas.* In a browser a server of another origin must list both headers in `Access-Control-Expose-Headers`.
 * The wait has no jitter: the server chose it. Nor does it grow with reopenings; the fallback does if it is a `backoff`.
 *
 * @param fallback asked when the server asks for nothing of use
 * @param options `max`, the longest wait in ms that a server may ask for. Default 300_000
 * @throws TypeError or RangeError if `fallback` is not a function, or `max` not a finite number above 0
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
 * @see {@link httpDefaults}, which includes it
 * @see `backoff` and `cooldown` of `rxjs-fluxgate`, as fallbacks
 * @see RFC 9110, section 10.2.3
 */
export function retryAfter(fallback: Retry, options: RetryAfterOptions = {}): Retry {
  checkFunction('retryAfter: fallback', fallback);
  checkOptions('retryAfter', options, ['max']);
  const { max = 300_000 } = options;
  checkDuration('retryAfter: max', max);
  return (opening) => {
    const wait = resolveWait(opening);
    return wait > 0 ? Math.min(wait, max) : fallback(opening);
  };
}

/** No sign, no exponent: `Number` alone would take `1e3`, `0x10` and an empty text. */
const DECIMAL = /^\d+(\.\d+)?$/;

/** Returns the wait in whole ms; not above 0, or NaN, if the server asks for nothing of use. */
function resolveWait({ cause, scheduler }: Opening): number {
  for (const link of chainOf(cause)) {
    const inMs = getHeader(link, 'Retry-After-Ms') ?? '';
    if (DECIMAL.test(inMs)) return Math.ceil(Number(inMs));
    const text = getHeader(link, 'Retry-After');
    if (text === undefined) continue;
    if (DECIMAL.test(text)) return Math.ceil(Number(text) * 1_000);
    const sent = parseHttpDate(getHeader(link, 'Date'));
    return parseHttpDate(text) - (Number.isNaN(sent) ? scheduler.now() : sent);
  }
  return NaN;
}

/** Returns an HTTP date in ms, or NaN. `Date.parse` would also take `-5` and much else for a date. */
function parseHttpDate(text = ''): number {
  // The three forms of RFC 9110; the oldest ends with the year and lacks the zone.
  if (!/^[A-Z][a-z]{2,8},? .{8,20} (GMT|\d{4})$/.test(text)) return NaN;
  // eslint-disable-next-line no-restricted-globals -- reads a text, not the clock
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
