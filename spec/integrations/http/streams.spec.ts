import { EventSource } from 'eventsource';
import { catchError, EMPTY, finalize, Observable, Subject, take, tap, timeout } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { webSocket } from 'rxjs/webSocket';
import { CircuitBreaker, circuitBreaker, failureStreak, firstValue, probes } from 'rxjs-fluxgate';
import { httpFailure } from 'rxjs-fluxgate/http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FlakyServer, type Behaviour } from '../../support/flaky-server.ts';
import { collect } from '../../support/collect.ts';
import { getCounts } from '../../support/counts.ts';
import { getCallTypes } from '../../support/get-call-types.ts';

// For the slowest machine: no test waits without a condition.
vi.setConfig({ testTimeout: 30_000 });

/** Server-sent events, by the class that browsers have too. */
function fromEventSource(url: string): Observable<unknown> {
  return new Observable((subscriber) => {
    const events = new EventSource(url);
    events.onmessage = ({ data }) => subscriber.next(data);
    // It would connect again by itself, unseen by the breaker.
    events.onerror = (error) => subscriber.error(error);
    return () => events.close();
  });
}

/** Server-sent events as the text of a fetch. */
function fromFetchedStream(url: string): Observable<unknown> {
  return fromFetch(url, {
    selector: (response) => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as users do
      if (!response.ok) throw response;
      return response.body!.pipeThrough(new TextDecoderStream());
    },
  });
}

function fromSocket(url: string): Observable<unknown> {
  return webSocket<unknown>({
    url: url.replace('http', 'ws'),
    WebSocketCtor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
}

type Outage = Behaviour | 'down';

const down: [string, Outage] = ['is down', 'down'];
const ofHttp: [string, Outage][] = [
  down,
  ['returns 503', { status: 503 }],
  ['resets connections', 'reset'],
  ['hangs', 'hang'],
];

describe.each<[string, (url: string) => Observable<unknown>, [string, Outage][]]>([
  ['webSocket', fromSocket, [down]],
  ['an EventSource', fromEventSource, ofHttp],
  ['a body that fetch streams', fromFetchedStream, ofHttp],
])('a breaker with firstValue around %s', (_, source, outages) => {
  let server: FlakyServer;
  let sockets: WebSocketServer;
  let retry$: Subject<void>;
  let breaker: CircuitBreaker;
  let calls: unknown[];
  let open: number;

  beforeEach(async () => {
    server = await FlakyServer.start();
    server.behaviour = 'stream';
    sockets = new WebSocketServer({ server: server.http });
    sockets.on('connection', (socket) => {
      const timer = setInterval(() => socket.send('0'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    retry$ = new Subject();
    breaker = new CircuitBreaker({
      tracker: httpFailure(),
      tripper: failureStreak(3),
      retry: () => retry$,
      recovery: probes(1),
      maxProbes: 1,
    });
    calls = collect(getCallTypes(breaker));
    open = 0;
  });
  afterEach(() => server.stop());

  /** The stream through the breaker, which sees it if nothing comes within `ms`. */
  function events$(ms = 20_000): Observable<unknown> {
    return source(server.url).pipe(
      tap({ subscribe: () => open++ }),
      timeout({ first: ms }),
      finalize(() => open--),
      circuitBreaker(breaker, { classify: firstValue }),
    );
  }

  /** Subscribes until the first event or the end. */
  const connect = (ms?: number): Promise<void> =>
    new Promise((resolve) => {
      const first$ = events$(ms).pipe(
        take(1),
        catchError(() => EMPTY),
        finalize(resolve),
      );
      first$.subscribe();
    });

  it.each(outages)('should open while the server %s, and close when it is back', async (_title, outage) => {
    const events = collect(events$());
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(3), 20_000);
    expect(getCounts(breaker)).toMatchObject({ successes: 1, failures: 0, inFlight: 0 });
    expect(open).toBe(1);

    // The stream that was open breaks, which is no second outcome of its call.
    await server.goDown();
    await vi.waitFor(() => expect(events).toContain('#'), 20_000);
    expect(calls).toStrictEqual(['success']);
    expect(open).toBe(0);

    if (outage !== 'down') {
      server.behaviour = outage;
      await server.comeUp();
    }
    const ms = outage === 'hang' ? 50 : 20_000;
    for (let i = 0; i < 4; i++) await connect(ms);
    expect(calls).toStrictEqual(['success', 'failure', 'failure', 'failure', 'rejected']);
    expect(breaker.state).toBe('open');

    server.behaviour = 'stream';
    await server.comeUp();
    retry$.next();
    expect(breaker.state).toBe('half_open');
    await connect();
    expect(calls.at(-1)).toBe('success');
    expect(breaker.state).toBe('closed');
    expect(open).toBe(0);
  });

  it('should give the place of a probe back with the first event, though the stream goes on', async () => {
    breaker.trip();
    retry$.next();
    const events = collect(events$());
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(3), 20_000);
    expect(breaker.state).toBe('closed');
    expect(breaker.info().inFlight).toBe(0);
  });

  it('should not be changed by a stream that is left before its first event', () => {
    events$().subscribe().unsubscribe();
    expect(calls).toStrictEqual(['cancelled']);
    expect(getCounts(breaker)).toMatchObject({ successes: 0, failures: 0, inFlight: 0 });
    expect(open).toBe(0);
  });
});
