import { nameOf } from '../support/name-of.ts';
import { LiftedTracker, type Tracker } from '../trackers/tracker.ts';
import { isAbandoned } from './abandoned.ts';
import { chainOf } from './error-chain.ts';
import { isNetworkFailure } from './network-failure.ts';
import { read } from './read.ts';
import { statusOfError } from './status-of.ts';
import { failingStatus, type StatusOptions } from './status-options.ts';

/**
 * A tracker that tells a failing dependency from a bad request, whichever client made the error.
 *
 * *Details.* Failures are: no connection, a connection that broke, a time-out, and the failing statuses. Neither is a
 * request that the caller gave up (`AbortError`, axios's `ERR_CANCELED`), nor the rejection of another circuit
 * breaker, nor an error that tells nothing of HTTP. It knows the errors of rxjs (`AjaxError`, `TimeoutError`), of
 * fetch, Angular, axios and Node, a `Response` that was thrown, whatever has a numeric `status` or `statusCode` of its
 * own or of its `response`, and the same under `cause`, `error` and `errors`: the outermost that tells decides.
 *
 * *Gotchas.* What `statuses` says is about answers alone: network failures and time-outs always count. An error whose
 * status is below 400, such as a 200 with a body that is no JSON, failed for a reason of its own and is no failure
 * unless `statuses` or its cause says so. A `TypeError` is one of fetch only if its message is, so that a
 * bug in your code does not open the circuit.
 *
 * @throws TypeError or RangeError if `statuses` is neither a function nor an array of statuses
 * @example
 * ```ts
 * import { TimeoutError } from 'rxjs';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { httpFailure } from 'rxjs-fluxgate/http';
 *
 * const stock = new CircuitBreaker({ name: 'stock', tracker: httpFailure() });
 * console.log(stock.state); // => closed
 *
 * const tracker = httpFailure();
 * console.log(tracker.test({ status: 503 }), tracker.test({ status: 404 })); // => true false
 * console.log(tracker.test(new TimeoutError()), tracker.test(new TypeError('x is not a function'))); // => true false
 * console.log(String(httpFailure({ statuses: [502, 503] }))); // => httpFailure({ statuses: [502, 503] })
 * ```
 *
 * @see {@link responseOutcome} for clients to which a bad response is a value
 * @see `instanceOf` and `errorWhere` of `rxjs-fluxgate`
 */
export function httpFailure(options: StatusOptions = {}): Tracker {
  const failing = failingStatus('httpFailure', options);
  return new LiftedTracker((error) => isFailure(error, failing), `httpFailure(${textOf(options)})`);
}

function isFailure(error: unknown, failing: (status: number) => boolean): boolean {
  for (const link of chainOf(error)) {
    // Angular's HttpErrorResponse holds why its status is 0.
    if (isAbandoned(link) || isAbandoned(read(link, 'error'))) return false;
    const status = statusOfError(link);
    if (isNetworkFailure(link) || status === 0) return true;
    if (status === undefined) continue;
    if (failing(status)) return true;
    // A good status does not say why there was an error.
    if (status >= 400) return false;
  }
  return false;
}

function textOf({ statuses }: StatusOptions): string {
  if (statuses === undefined) return '';
  if (typeof statuses !== 'function') return `{ statuses: [${statuses.join(', ')}] }`;
  // A function written in the place of the option is named after it.
  return `{ statuses: ${statuses.name === 'statuses' ? String(statuses) : nameOf(statuses)} }`;
}
