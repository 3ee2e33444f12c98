import { catchError, defer, lastValueFrom, of, Subject, throwError, timeout, type Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { CircuitBreaker, circuitBreaker, CircuitBreakerRegistry, isCallNotPermitted } from 'rxjs-fluxgate';
import { guardFetch, httpDefaults, okJson } from 'rxjs-fluxgate/http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';

// What a hurried reader of the README or of the page on HTTP writes, with nothing set that they do not set there.

vi.setConfig({ testTimeout: 30_000 });

const fallback = <T>(source: Observable<T>): Observable<T | string> =>
  source.pipe(
    catchError((error: unknown) => (isCallNotPermitted(error) ? of('unknown') : throwError(() => error))),
    catchError((error: unknown) => of(String(error))),
  );

type Program = (url: string, breaker: CircuitBreaker) => Observable<unknown>;

const programs: [string, Program][] = [
  [
    'okJson as the selector',
    (url, breaker) => fromFetch(url, { selector: okJson }).pipe(timeout(20_000), circuitBreaker(breaker), fallback),
  ],
  [
    'an error that names the status',
    (url, breaker) =>
      fromFetch(url, {
        selector: async (response) => {
          if (!response.ok) throw new Error(`status ${String(response.status)}`);
          return (await response.json()) as unknown;
        },
      }).pipe(timeout(20_000), circuitBreaker(breaker), fallback),
  ],
  [
    'defer and fetch',
    (url, breaker) => defer(() => fetch(url).then(okJson)).pipe(timeout(20_000), circuitBreaker(breaker), fallback),
  ],
  ['guardFetch', (url, breaker) => defer(() => guardFetch(breaker)(url).then(okJson)).pipe(fallback)],
];

describe.each(programs)('a program with httpDefaults and %s', (_, program) => {
  let server: FlakyServer;
  let breaker: CircuitBreaker;
  /** Stands for the five seconds that an open circuit waits. */
  let wait$: Subject<void>;
  beforeEach(async () => {
    server = await FlakyServer.start();
    wait$ = new Subject();
    breaker = new CircuitBreaker({ name: 'stock', ...httpDefaults({ fallback: () => wait$ }) });
  });
  afterEach(() => server.stop());

  const call = (): Promise<unknown> => lastValueFrom(program(server.url, breaker), { defaultValue: undefined });

  it('should open on ten 503s, serve the fallback without a request, and recover', async () => {
    server.behaviour = { status: 503 };
    const found: unknown[] = [];
    for (let i = 0; i < 10; i++) found.push(await call());
    expect(breaker.state).toBe('open');
    expect(server.requests).toBe(5);
    expect(found.slice(5)).toStrictEqual(Array(5).fill('unknown'));

    wait$.next();
    for (let i = 0; i < 3; i++) await call();
    expect(breaker.state).toBe('open');

    server.behaviour = {};
    wait$.next();
    for (let i = 0; i < 3; i++) expect(await call()).toStrictEqual({ ok: true });
    expect(breaker.state).toBe('closed');
  });

  it('should not open on a hundred 404s, which count as successes', async () => {
    server.behaviour = { status: 404 };
    for (let i = 0; i < 100; i++) expect(String(await call())).toContain('404');
    expect(server.requests).toBe(100);
    expect(breaker.state).toBe('closed');
    expect(breaker.info().metric.totalCount).toBe(100);
  });

  it('should open when the server is down', async () => {
    await server.goDown();
    for (let i = 0; i < 10; i++) await call();
    expect(breaker.state).toBe('open');
  });

  it('should not open on aborted requests or bugs', async () => {
    const bug = throwError(() => new TypeError('x is not a function')).pipe(circuitBreaker(breaker), fallback);
    const aborted = throwError(() => new DOMException('no', 'AbortError')).pipe(circuitBreaker(breaker), fallback);
    for (let i = 0; i < 20; i++)
      for (const source of [bug, aborted]) await lastValueFrom(source, { defaultValue: undefined });
    expect(breaker.state).toBe('closed');
    expect(breaker.info().metric.totalCount).toBe(0);
  });
});

describe('a registry with httpDefaults', () => {
  it('should open for the host that fails, and for that alone', async () => {
    const [bad, good] = [await FlakyServer.start(), await FlakyServer.start()];
    bad.behaviour = { status: 500 };
    const hosts = new CircuitBreakerRegistry(httpDefaults());
    const guarded = guardFetch(hosts);
    for (let i = 0; i < 10; i++) {
      await guarded(bad.url).catch(() => undefined);
      await guarded(good.url);
    }
    expect([...hosts].map(({ state }) => state).sort()).toStrictEqual(['closed', 'open']);
    await Promise.all([bad.stop(), good.stop()]);
  });
});
