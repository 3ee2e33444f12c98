import type { Classifier } from '../../types/outcome.ts';
import { read } from './read.ts';
import { statusOf } from './status-of.ts';
import { resolveFailingStatus, type StatusOptions } from './status-options.ts';

/**
 * A classifier that judges responses by their status; for clients to which a bad response is a value, fetch above all.
 *
 * *Details.* A failing status is a failure, any other a success. It knows the `Response` of fetch, rxjs's
 * `AjaxResponse`, Angular's `HttpResponse` and axios's response. A value without a numeric `status` or `statusCode`
 * leaves the call pending, and so does what comes before the response: progress, Angular's `Sent` and headers events.
 *
 * *Gotchas.* It judges responses, not bodies: read the body after the breaker, or throw in `fromFetch`'s `selector`
 * instead. Errors are not its business: give the breaker `httpFailure()`.
 *
 * @throws TypeError or RangeError if `statuses` is neither a function nor an array of statuses
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
 * import { httpFailure, responseOutcome } from 'rxjs-fluxgate/http';
 *
 * const stock = new CircuitBreaker({ name: 'stock', tracker: httpFailure() });
 * of(new Response('down', { status: 503 })) // in place of fromFetch(url)
 *   .pipe(circuitBreaker(stock, { classify: responseOutcome() }))
 *   .subscribe(({ status }) => console.log(status, stock.info().metric.failureCount)); // => 503 1
 * ```
 *
 * @see {@link httpFailure}, {@link Classifier}
 */
export function responseOutcome(options: StatusOptions = {}): Classifier<unknown> {
  const failing = resolveFailingStatus('responseOutcome', options);
  return (value) => {
    const status = statusOf(value);
    const type = read(value, 'type');
    if (status === undefined || isEarly(type)) return undefined;
    // `Response.error()` has the status 0, as has an opaque response, of which no more is known than that it came.
    return failing(status) || type === 'error' ? 'failure' : 'success';
  };
}

/** HttpEventType.Response. */
const ANGULAR_RESPONSE = 4;

/** An event of Angular that is not the response, or one of rxjs/ajax, such as `upload_load` or `download_progress`. */
function isEarly(type: unknown): boolean {
  if (typeof type === 'number') return type !== ANGULAR_RESPONSE;
  return typeof type === 'string' && /^(up|down)load_/.test(type) && type !== 'download_load';
}
