import axios, { type AxiosRequestConfig } from 'axios';
import { catchError, defer, EMPTY, finalize, from, lastValueFrom, Observable, Subject, switchMap, timeout } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { CircuitBreaker, circuitBreaker, failureStreak, never, probes } from 'rxjs-fluxgate';
import { httpFailure, responseOutcome, retryAfter } from 'rxjs-fluxgate/http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlakyServer, type Behaviour } from '../../support/flaky-server.ts';
import { collect } from '../../support/collect.ts';
import { getCounts } from '../../support/counts.ts';
import { getCallTypes } from '../../support/get-call-types.ts';

// For the slowest machine: no test waits without a condition.
vi.setConfig({ testTimeout: 30_000 });

/** axios as an Observable; unsubscribing cancels the request. */
function fromAxios(url: string, config: AxiosRequestConfig = {}): Observable<unknown> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    axios.get<unknown>(url, { ...config, signal: controller.signal }).then(
      ({ data }) => {
        subscriber.next(data);
        subscriber.complete();
      },
      (error: unknown) => subscriber.error(error),
    );
    return () => controller.abort();
  });
}

/** fetch with a signal that runs out, or that unsubscribing aborts. */
function fetchWithin(url: string, ms: number): Observable<unknown> {
  return defer(() => {
    const controller = new AbortController();
    const late = AbortSignal.timeout(ms);
    late.addEventListener('abort', () => controller.abort(late.reason));
    return from(fetch(url, { signal: controller.signal }).then(jsonOf)).pipe(finalize(() => controller.abort()));
  });
}

/** A bad response is an error, and so is a body that breaks off. */
async function jsonOf(response: Response): Promise<unknown> {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- as users do
  if (!response.ok) throw response;
  return response.json();
}

/** In ms: soon where nothing is to come, and never on a slow machine where something is. */
const patience = (behaviour: Behaviour | 'down'): number => (behaviour === 'hang' ? 50 : 20_000);

type Guard = (url: string, breaker: CircuitBreaker, ms: number) => Observable<unknown>;

const clients: [string, Guard][] = [
  [
    'fromFetch, judged by its values',
    (url, breaker, ms) => fromFetch(url).pipe(timeout(ms), circuitBreaker(breaker, { classify: responseOutcome() })),
  ],
  [
    'fromFetch with a selector',
    (url, breaker, ms) => fromFetch(url, { selector: jsonOf }).pipe(timeout(ms), circuitBreaker(breaker)),
  ],
  ['fetch with an AbortSignal.timeout', (url, breaker, ms) => fetchWithin(url, ms).pipe(circuitBreaker(breaker))],
  ['axios', (url, breaker, ms) => fromAxios(url).pipe(timeout(ms), circuitBreaker(breaker))],
  ['axios with its own time-out', (url, breaker, ms) => fromAxios(url, { timeout: ms }).pipe(circuitBreaker(breaker))],
  [
    'axios by fetch',
    (url, breaker, ms) => fromAxios(url, { adapter: 'fetch', timeout: ms }).pipe(circuitBreaker(breaker)),
  ],
];

const outages: [string, Behaviour | 'down'][] = [
  ['returns 500', { status: 500 }],
  ['returns 503 and Retry-After', { status: 503, headers: { 'retry-after': '30' } }],
  ['hangs', 'hang'],
  ['resets connections', 'reset'],
  ['breaks off its responses', 'truncate'],
  ['is down', 'down'],
];

describe.each(clients)('a breaker around %s', (client, guard) => {
  let server: FlakyServer;
  let retry$: Subject<void>;
  let breaker: CircuitBreaker;
  let calls: unknown[];

  beforeEach(async () => {
    server = await FlakyServer.start();
    retry$ = new Subject();
    breaker = new CircuitBreaker({
      tracker: httpFailure(),
      tripper: failureStreak(3),
      retry: () => retry$,
      recovery: probes(1),
    });
    calls = collect(getCallTypes(breaker));
  });
  afterEach(() => server.stop());

  async function call(behaviour: Behaviour | 'down' = server.behaviour): Promise<void> {
    const answer$ = guard(server.url, breaker, patience(behaviour)).pipe(catchError(() => EMPTY));
    await lastValueFrom(answer$, { defaultValue: undefined });
  }

  // The answer itself has come by then: its body is read after the breaker.
  const seen = outages.filter(([, outage]) => !(client === 'fromFetch, judged by its values' && outage === 'truncate'));

  it.each(seen)('should open while the server %s, and close when it is back', async (_, outage) => {
    await call();
    expect(calls).toStrictEqual(['success']);

    if (outage === 'down') await server.goDown();
    else server.behaviour = outage;
    for (let i = 0; i < 3; i++) await call(outage);
    expect(calls).toStrictEqual(['success', 'failure', 'failure', 'failure']);
    expect(breaker.state).toBe('open');

    const { requests } = server;
    await call(outage);
    expect(calls.at(-1)).toBe('rejected');
    expect(server.requests).toBe(requests);

    // Still out: the probe fails.
    retry$.next();
    expect(breaker.state).toBe('half_open');
    for (let i = 0; i < 3; i++) await call(outage);
    expect(breaker.state).toBe('open');

    await server.comeUp();
    server.behaviour = {};
    retry$.next();
    await call();
    expect(calls.at(-1)).toBe('success');
    expect(breaker.state).toBe('closed');
  });

  it('should stay closed, and count nothing, or success, of bad requests', async () => {
    for (const status of [400, 401, 404, 409, 422]) {
      server.behaviour = { status };
      await call();
    }
    expect(server.requests).toBe(5);
    expect(breaker.state).toBe('closed');
    expect(getCounts(breaker).failures).toBe(0);
  });

  it.each([
    { 'retry-after': '30' },
    { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT', date: 'Sun, 06 Nov 1994 08:49:07 GMT' },
  ])('should stay open as long as the server asks: %o', async (headers) => {
    breaker = new CircuitBreaker({ tracker: httpFailure(), tripper: failureStreak(1), retry: retryAfter(never()) });
    server.behaviour = { status: 503, headers };
    await call();
    const { changedAt, retryAt } = breaker.info();
    expect(retryAt! - changedAt).toBe(30_000);
  });

  describe('behind switchMap', () => {
    it.each(['closed', 'half_open'] as const)('should not be changed by what is abandoned, %s', async (state) => {
      if (state === 'half_open') {
        breaker.trip();
        retry$.next();
      }
      server.behaviour = 'hang';
      const search$ = new Subject<void>();
      const answers = collect(search$.pipe(switchMap(() => guard(server.url, breaker, 20_000))));
      for (let sent = 1; sent <= 5; sent++) {
        search$.next();
        await vi.waitFor(() => expect(server.requests).toBe(sent), 20_000);
      }
      await vi.waitFor(() => expect(server.abandoned).toBe(4), 20_000);
      expect(calls).toStrictEqual(Array(4).fill('cancelled'));
      expect(breaker.state).toBe(state);
      expect(getCounts(breaker)).toMatchObject({ successes: 0, failures: 0, inFlight: 1 });

      server.behaviour = {};
      search$.next();
      await vi.waitFor(() => expect(answers).toHaveLength(1), 20_000);
      expect(calls).toStrictEqual([...Array<string>(5).fill('cancelled'), 'success']);
      expect(breaker.state).toBe('closed');
    });
  });
});

describe('httpFailure', () => {
  let server: FlakyServer;
  beforeEach(async () => {
    server = await FlakyServer.start();
  });
  afterEach(() => server.stop());

  const errorOf = (answer$: Observable<unknown>): Promise<unknown> =>
    lastValueFrom(answer$, { defaultValue: undefined }).catch((error: unknown) => error);

  it('should count a connection that is not what TLS takes', async () => {
    const error = await errorOf(fromFetch(server.url.replace('http:', 'https:')));
    expect(error).toBeInstanceOf(TypeError);
    expect(httpFailure().test(error)).toBe(true);
  });

  it('should count an AbortSignal.timeout given to fetch and to axios; fromFetch makes an abort of it', async () => {
    server.behaviour = 'hang';
    const { url } = server;
    const errors = [
      await errorOf(defer(() => fetch(url, { signal: AbortSignal.timeout(20) }))),
      await errorOf(defer(() => axios.get(url, { signal: AbortSignal.timeout(20) }))),
      await errorOf(fromFetch(url, { signal: AbortSignal.timeout(20) })),
    ];
    expect(errors.map((error) => httpFailure().test(error))).toStrictEqual([true, true, false]);
  });
});
