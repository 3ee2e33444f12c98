import { nameOf } from '../../util/name-of.ts';
import { PredicateTracker, type Tracker } from '../../components/trackers/tracker.ts';
import { judge, toMeasure } from './judge.ts';
import { resolveFailingStatus, type StatusOptions } from './status-options.ts';

/**
 * A tracker that distinguishes a failing dependency from a bad request, whichever client made the error.
 *
 * *Details.* Failures are: no connection, a connection that broke, a time-out, the failing statuses, and the gRPC codes
 * of {@link grpcFailure}. Not failures are a request that the caller aborted, the rejection of another circuit breaker,
 * and an error in which no sign of HTTP is found. The errors of some forty clients, SDKs and runtimes are known: see
 * the page on HTTP. Causes are searched too: the outermost error that explains itself decides.
 *
 * *Gotchas.* `statuses` is about responses only: network failures and time-outs always count. An error whose status is
 * below 400, such as a 200 with a body that is not JSON, is a failure only if `statuses` or its cause makes it one. A
 * `TypeError` counts only if its message is one of fetch, so that a bug in your code does not open the circuit.
 *
 * @param options which statuses are failures. Default 408, 429 and 500 to 599
 * @throws TypeError or RangeError if `statuses` is neither a function nor an array of statuses
 * @example
 * ```ts
 * import { TimeoutError } from 'rxjs';
 * import { httpFailure } from 'rxjs-fluxgate/http';
 *
 * const tracker = httpFailure();
 * console.log(tracker.test({ status: 503 }), tracker.test({ status: 404 })); // => true false
 * console.log(tracker.test(new TimeoutError()), tracker.test(new TypeError('x is not a function'))); // => true false
 * console.log(String(httpFailure({ statuses: [502, 503] }))); // => httpFailure({ statuses: [502, 503] })
 * ```
 *
 * @see {@link httpDefaults}, which also handles the errors that do not match
 * @see {@link responseOutcome} for clients to which a bad response is a value
 * @see {@link grpcFailure}
 */
export function httpFailure(options: StatusOptions = {}): Tracker {
  const measure = toMeasure(resolveFailingStatus('httpFailure', options));
  return new PredicateTracker((error) => judge(error, measure) === 'failure', `httpFailure(${textOf(options)})`);
}

function textOf({ statuses }: StatusOptions): string {
  if (statuses === undefined) return '';
  if (typeof statuses !== 'function') return `{ statuses: [${statuses.join(', ')}] }`;
  // A function written in the place of the option is named after it.
  return `{ statuses: ${statuses.name === 'statuses' ? String(statuses) : nameOf(statuses)} }`;
}
