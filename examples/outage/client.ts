import { catchError, EMPTY, interval, mergeMap, takeUntil, timeout, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import {
  admitAll,
  backoff,
  CircuitBreaker,
  circuitBreaker,
  failureRate,
  minRequests,
  probes,
  timeWindow,
} from 'rxjs-fluxgate';
import { seededRandom } from './random.ts';
import { SEED } from './script.ts';

/** In ms: 40 calls a second. */
const PERIOD = 25;

export const stock = new CircuitBreaker({
  name: 'stock',
  window: timeWindow(2_000),
  tripper: minRequests(20).and(failureRate(0.5)),
  retry: backoff({ initial: 1_000, multiplier: 1.5, max: 2_000, jitter: 0.1 }),
  permit: admitAll(),
  recovery: probes(3),
  maxProbes: 3,
  probeTimeout: 400,
  random: seededRandom(SEED),
});

/** Calls the server at a steady rate, each time through the circuit breaker; once asked to stop, ends with the last answer. */
export function steadyCalls(url: string, stop$: Observable<unknown>): Observable<unknown> {
  const call$ = fromFetch(url, { selector: bodyOf }).pipe(
    timeout(500), // before the breaker: a hang becomes an error that it sees
    circuitBreaker(stock),
    // An application would fall back here. This one looks on: `call$` of the breaker reports how each call ended.
    catchError(() => EMPTY),
  );
  const tick$ = interval(PERIOD).pipe(takeUntil(stop$));
  return tick$.pipe(mergeMap(() => call$));
}

/** To fetch, a bad response is a value like any other: here it becomes an error. */
async function bodyOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`HTTP ${String(response.status)}`);
  return body;
}
