import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createClient, fetchExchange } from '@urql/core';
import axios from 'axios';
import { GraphQLClient } from 'graphql-request';
import ky from 'ky';
import nodeFetch from 'node-fetch';
import OpenAI from 'openai';
import { map, Subject } from 'rxjs';
import {
  admitAll,
  CircuitBreaker,
  CircuitBreakerRegistry,
  failureStreak,
  isCallNotPermitted,
  never,
  probes,
} from 'rxjs-fluxgate';
import { guardFetch, httpFailure, retryAfter, type GuardFetchOptions } from 'rxjs-fluxgate/http';
import { fetch as undiciFetch } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collect } from '../../support/collect.ts';
import { FlakyServer, type Behaviour } from '../../support/flaky-server.ts';
import { getCallTypes } from '../../support/get-call-types.ts';

// For the slowest machine: no test waits without a condition.
vi.setConfig({ testTimeout: 30_000 });

type Guarded = typeof fetch;
type Send = (url: string, guarded: Guarded, signal: AbortSignal) => Promise<unknown>;

async function readBody(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`status ${String(response.status)}`);
  return response.json();
}

const QUERY = '{ ok }';

/** Each resolves with something that holds `ok: true`, or rejects. */
const clients: [string, Send, GuardFetchOptions?][] = [
  ['fetch', (url, guarded, signal) => guarded(url, { signal }).then(readBody)],
  ['fetch with a URL', (url, guarded, signal) => guarded(new URL(url), { signal }).then(readBody)],
  ['fetch with a Request', (url, guarded, signal) => guarded(new Request(url, { signal })).then(readBody)],
  [
    'fetch with a time-out of the guard',
    (url, guarded, signal) => guarded(url, { signal }).then(readBody),
    { timeout: 20_000 },
  ],
  [
    'fetch with a Request and a time-out of the guard',
    (url, guarded, signal) => guarded(new Request(url, { signal, method: 'POST', body: 'text' })).then(readBody),
    { timeout: 20_000 },
  ],
  [
    'undici',
    (url, guarded, signal) => guarded(url, { signal }).then(readBody),
    { fetch: undiciFetch as unknown as Guarded },
  ],
  [
    'node-fetch',
    (url, guarded, signal) => guarded(url, { signal }).then(readBody),
    { fetch: nodeFetch as unknown as Guarded },
  ],
  ['ky', (url, guarded, signal) => ky.create({ fetch: guarded, retry: 0 }).get(url, { signal }).json()],
  [
    'axios',
    async (url, guarded, signal) =>
      (await axios.get<unknown>(url, { adapter: 'fetch', env: { fetch: guarded }, signal })).data,
  ],
  [
    'openai',
    (url, guarded, signal) =>
      new OpenAI({ apiKey: 'key', baseURL: url, maxRetries: 0, fetch: guarded }).get('/models', { signal }),
  ],
  [
    'graphql-request',
    (url, guarded, signal) => new GraphQLClient(url, { fetch: guarded }).request({ document: QUERY, signal }),
  ],
  [
    'urql',
    (url, guarded, signal) => {
      const client = createClient({ url, fetch: guarded, exchanges: [fetchExchange], preferGetMethod: false });
      // It aborts a query that is unsubscribed; a signal of its user it replaces by its own.
      return new Promise((resolve, reject) => {
        if (signal.aborted) reject(new Error('unsubscribed'));
        else {
          const query = client.query<unknown>(QUERY, {}).subscribe(({ data, error }) => {
            if (error) reject(error);
            else resolve(data);
          });
          signal.addEventListener('abort', () => {
            query.unsubscribe();
            reject(new Error('unsubscribed'));
          });
        }
      });
    },
  ],
  [
    'Apollo',
    async (url, guarded, signal) => {
      const client = new ApolloClient({ link: new HttpLink({ uri: url, fetch: guarded }), cache: new InMemoryCache() });
      const context = { fetchOptions: { signal } };
      // Apollo does not look at a signal before it is called.
      signal.throwIfAborted();
      const { data } = await client.query({ query: gql(QUERY), context, fetchPolicy: 'no-cache' });
      return data;
    },
  ],
];

const outcome = async (promise: PromiseLike<unknown>): Promise<unknown> =>
  promise.then(
    (value) => value,
    (error: unknown) => error,
  );

/** Where clients put the error of the fetch that they were given; the others pass it on as it is. */
const REJECTED_AS: Readonly<Record<string, string>> = { axios: 'cause', openai: 'cause', urql: 'networkError' };

const WELL: Behaviour = { body: { ok: true, data: { ok: true } } };

describe.each(clients)('guardFetch given to %s', (client, send, options = {}) => {
  let server: FlakyServer;
  let retry$: Subject<void>;
  let registry: CircuitBreakerRegistry;
  let calls: unknown[];
  let controller: AbortController;
  let call: () => Promise<unknown>;

  beforeEach(async () => {
    server = await FlakyServer.start();
    server.behaviour = WELL;
    retry$ = new Subject();
    registry = new CircuitBreakerRegistry({
      tripper: failureStreak(3),
      retry: () => retry$,
      permit: admitAll(),
      recovery: probes(1),
    });
    calls = collect(getCallTypes(registry));
    controller = new AbortController();
    const guarded = guardFetch(registry, options);
    call = () => outcome(send(server.url, guarded, controller.signal));
  });
  afterEach(() => server.stop());

  const breaker = (): CircuitBreaker => registry.get(new URL(server.url).host);

  it('should pass the answer on, and keep a breaker for the host', async () => {
    expect(await call()).toMatchObject({ ok: true });
    expect(calls).toStrictEqual(['success']);
    expect([...registry].map(({ name }) => name)).toStrictEqual([new URL(server.url).host]);
  });

  it.each<[string, Behaviour | 'down']>([
    ['returns 503', { status: 503 }],
    ['resets connections', 'reset'],
    ['is down', 'down'],
  ])('should open while the server %s, reject, and close when it is back', async (_, outage) => {
    await call();
    if (outage === 'down') await server.goDown();
    else server.behaviour = outage;
    for (let i = 0; i < 3; i++) await call();
    expect(calls).toStrictEqual(['success', 'failure', 'failure', 'failure']);
    expect(breaker().state).toBe('open');

    const { requests } = server;
    const error = await call();
    expect(calls.at(-1)).toBe('rejected');
    const key = REJECTED_AS[client];
    expect(isCallNotPermitted(key === undefined ? error : (error as Record<string, unknown>)[key])).toBe(true);
    // Also to a breaker around the client.
    expect(httpFailure().test(error)).toBe(false);
    expect(server.requests).toBe(requests);

    await server.comeUp();
    server.behaviour = WELL;
    retry$.next();
    expect(await call()).toMatchObject({ ok: true });
    expect(breaker().state).toBe('closed');
  });

  it('should not open on 404s', async () => {
    server.behaviour = { status: 404 };
    for (let i = 0; i < 5; i++) await call();
    expect(server.requests).toBe(5);
    expect(calls).toStrictEqual(Array(5).fill('success'));
    expect(breaker().state).toBe('closed');
  });

  it('should abort the request by the signal of the caller, which counts for nothing', async () => {
    server.behaviour = 'hang';
    const error = call();
    await vi.waitFor(() => expect(server.requests).toBe(1), 20_000);
    controller.abort();
    expect(await error).toBeInstanceOf(Error);
    await vi.waitFor(() => expect(server.abandoned).toBe(1), 20_000);
    expect(calls).toStrictEqual(['cancelled']);
    expect(breaker().info().inFlight).toBe(0);
  });

  it('should send no request if the signal is aborted already', async () => {
    controller.abort();
    expect(await call()).toBeInstanceOf(Error);
    expect(server.requests).toBe(0);
    expect(calls).toStrictEqual([]);
  });
});

describe('guardFetch', () => {
  let server: FlakyServer;
  beforeEach(async () => {
    server = await FlakyServer.start();
  });
  afterEach(() => server.stop());

  it('should leave the body of the response unread', async () => {
    const response = await guardFetch(new CircuitBreaker())(server.url);
    expect(response.bodyUsed).toBe(false);
    expect(await response.json()).toStrictEqual({ ok: true });
  });

  it('should pass the response on that it got, and what it was called with', async () => {
    const answer = new Response('text');
    const send = vi.fn<typeof fetch>(() => Promise.resolve(answer));
    const init = { method: 'PUT', body: 'text' };
    expect(await guardFetch(new CircuitBreaker(), { fetch: send })('https://stock.example', init)).toBe(answer);
    expect(send.mock.calls).toStrictEqual([['https://stock.example', init]]);
  });

  it('should look the global fetch up at each call', async () => {
    const guarded = guardFetch(new CircuitBreaker());
    const mocked = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('mocked'));
    const response = await guarded('https://stock.example');
    mocked.mockRestore();
    expect(await response.text()).toBe('mocked');
  });

  it('should let the caller abort while the body comes, also with a time-out', async () => {
    server.behaviour = 'stream';
    for (const options of [{}, { timeout: 20_000 }]) {
      const controller = new AbortController();
      const response = await guardFetch(new CircuitBreaker(), options)(server.url, { signal: controller.signal });
      controller.abort();
      await expect(response.text()).rejects.toThrow();
    }
    await vi.waitFor(() => expect(server.abandoned).toBe(2), 20_000);
  });

  it('should count a request that hangs longer than the time-out, and abort it', async () => {
    server.behaviour = 'hang';
    const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
    const guarded = guardFetch(breaker, { timeout: 50 });
    await expect(guarded(server.url)).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(guarded(new Request(server.url))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(breaker.state).toBe('open');
    await vi.waitFor(() => expect(server.abandoned).toBe(2), 20_000);
  });

  it('should reject at the time-out even if the fetch ignores its signal', async () => {
    const guarded = guardFetch(new CircuitBreaker(), {
      timeout: 20,
      fetch: () => new Promise<Response>(() => undefined),
    });
    await expect(guarded('https://stock.example')).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('should count an AbortSignal.timeout', async () => {
    server.behaviour = 'hang';
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    await outcome(guardFetch(breaker)(server.url, { signal: AbortSignal.timeout(20) }));
    expect(breaker.state).toBe('open');
  });

  it('should take a signal of null for none, as fetch does', async () => {
    const request = new Request(server.url, { signal: AbortSignal.abort() });
    const breaker = new CircuitBreaker();
    const calls = collect(getCallTypes(breaker));
    await outcome(guardFetch(breaker)(request, { signal: null }));
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['a URL that is none', 'nope'],
    ['a URL without a host', 'data:,text'],
  ])('should not guard %s, given a registry', async (_, url) => {
    const registry = new CircuitBreakerRegistry();
    const [found, expected] = [await outcome(guardFetch(registry)(url)), await outcome(fetch(url))];
    expect((found as object).constructor).toBe((expected as object).constructor);
    expect([...registry]).toStrictEqual([]);
  });

  it('should ignore a bug, such as a URL that is none, given a breaker', async () => {
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const calls = collect(getCallTypes(breaker));
    await expect(guardFetch(breaker)('nope')).rejects.toThrow(TypeError);
    expect(calls).toStrictEqual(['ignored']);
  });

  it('should ignore the rejection of a fetch that is guarded itself', async () => {
    const inner = new CircuitBreaker();
    inner.forceOpen();
    const outer = new CircuitBreaker({ tripper: failureStreak(1) });
    const calls = collect(getCallTypes(outer));
    const error = await outcome(guardFetch(outer, { fetch: guardFetch(inner) })(server.url));
    expect(isCallNotPermitted(error)).toBe(true);
    expect(calls).toStrictEqual(['ignored']);
  });

  it('should keep a breaker for each host and port, or for each key', async () => {
    const send = (): Promise<Response> => Promise.resolve(new Response());
    const urls = [
      'https://A.example/1',
      'https://a.example./2',
      'http://a.example:8080/',
      new Request('https://b.example/1'),
    ];
    const names = async (options: Pick<GuardFetchOptions, 'key'>): Promise<string[]> => {
      const registry = new CircuitBreakerRegistry();
      const guarded = guardFetch(registry, { ...options, fetch: send });
      for (const url of urls) await guarded(url);
      return [...registry].map(({ name }) => name);
    };
    expect(await names({})).toStrictEqual(['a.example', 'a.example:8080', 'b.example']);
    expect(await names({ key: ({ pathname }) => pathname })).toStrictEqual(['/1', '/2', '/']);
  });

  it('should judge by the statuses given, whatever the tracker of the breaker is', async () => {
    server.behaviour = { status: 404 };
    const breaker = new CircuitBreaker({ tripper: failureStreak(1), tracker: () => false });
    await guardFetch(breaker)(server.url);
    expect(breaker.state).toBe('closed');
    await guardFetch(breaker, { statuses: [404] })(server.url);
    expect(breaker.state).toBe('open');
  });

  it('should stay open as long as Retry-After asks', async () => {
    server.behaviour = { status: 429, headers: { 'retry-after': '30' } };
    const breaker = new CircuitBreaker({ tripper: failureStreak(1), retry: retryAfter(never()) });
    await guardFetch(breaker)(server.url);
    expect(breaker.info().retryAt! - breaker.info().changedAt).toBe(30_000);
  });

  it('should change nothing by an answer that comes after the state has changed', async () => {
    let respond: (response: Response) => void;
    const send = (): Promise<Response> => new Promise((resolve) => (respond = resolve));
    const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
    const calls = collect(breaker.call$.pipe(map(({ type, stale }) => [type, stale])));
    const response = guardFetch(breaker, { fetch: send })('https://stock.example');
    breaker.metricsOnly();
    respond!(new Response('', { status: 503 }));
    expect((await response).status).toBe(503);
    expect(breaker.info().metric.totalCount).toBe(0);
    expect(calls).toHaveLength(1);
  });

  it.each<[unknown, unknown, RegExp]>([
    [undefined, {}, /^guardFetch: breakers must be a CircuitBreaker or a CircuitBreakerRegistry, got undefined$/],
    [new Map(), {}, /^guardFetch: breakers must be .* got an object$/],
    [new CircuitBreaker(), { fetch: 1 }, /^guardFetch: fetch must be a function, got 1$/],
    [new CircuitBreaker(), { key: 'host' }, /^guardFetch: key must be a function, got "host"$/],
    [new CircuitBreaker(), { timeout: 0 }, /^guardFetch: timeout must be a finite number of ms above 0, got 0$/],
    [new CircuitBreaker(), { statuses: 503 }, /^guardFetch: statuses must be an array or a function, got 503$/],
    [
      new CircuitBreaker(),
      { status: [503] },
      /^guardFetch got an unknown option "status"; it takes fetch, key, timeout, statuses$/,
    ],
  ])('should refuse guardFetch(%o, %o)', (breakers, options, message) => {
    expect(() => guardFetch(breakers as CircuitBreaker, options as GuardFetchOptions)).toThrow(message);
  });
});
