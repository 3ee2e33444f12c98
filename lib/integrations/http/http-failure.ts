import { nameOf } from '../../util/name-of.ts';
import { PredicateTracker, type Tracker } from '../../components/trackers/tracker.ts';
import { isAbandoned } from './abandoned.ts';
import { addInner } from './error-chain.ts';
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
  return new PredicateTracker((error) => isFailure(error, failing), `httpFailure(${textOf(options)})`);
}

function isFailure(error: unknown, failing: (status: number) => boolean): boolean {
  const links = new Set([error]);
  for (const link of links) {
    const verdict = verdictOn(link, failing);
    if (verdict) return true;
    // One that says no ends its own branch alone: of the errors of a Promise.any each may be the failure.
    if (verdict === undefined) addInner(links, link);
  }
  return false;
}

/** Undefined of an error that does not say, in which the cause may be. */
function verdictOn(error: unknown, failing: (status: number) => boolean): boolean | undefined {
  const status = statusOfError(error);
  // Angular's HttpErrorResponse holds why its status is 0; with another one it holds the body, which anybody may write.
  if (isAbandoned(error) || (status === 0 && isAbandoned(read(error, 'error')))) return false;
  // An answer says more than how it was read.
  if (status !== undefined && status >= 400) return failing(status);
  if (status === 0 || isNetworkFailure(error)) return true;
  // A good status does not say why there was an error.
  return status !== undefined && failing(status) ? true : undefined;
}

function textOf({ statuses }: StatusOptions): string {
  if (statuses === undefined) return '';
  if (typeof statuses !== 'function') return `{ statuses: [${statuses.join(', ')}] }`;
  // A function written in the place of the option is named after it.
  return `{ statuses: ${statuses.name === 'statuses' ? String(statuses) : nameOf(statuses)} }`;
}
