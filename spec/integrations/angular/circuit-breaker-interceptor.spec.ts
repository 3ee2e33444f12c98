import '@angular/compiler';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  HttpClient,
  HttpEventType,
  provideHttpClient,
  withInterceptors,
  type HttpInterceptorFn,
} from '@angular/common/http';
import { inject } from '@angular/core';
import {
  EMPTY,
  lastValueFrom,
  map,
  mergeMap,
  NEVER,
  of,
  retry,
  Subject,
  switchMap,
  takeUntil,
  timeout,
  toArray,
} from 'rxjs';
import {
  admitAll,
  always,
  anyError,
  CallNotPermittedError,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  isCallNotPermitted,
  never,
  probes,
} from 'rxjs-fluxgate';
import { circuitBreakerInterceptor } from 'rxjs-fluxgate/angular';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { onEach } from '../../support/script.ts';
import { getCounts } from '../../support/counts.ts';
import { application, client, endApplications, eventually, endOf, endsOf, resultOf } from './application.ts';

const TEN = Array.from({ length: 10 });
const fiveFailures = { tripper: failureStreak(5), retry: never() };

describe('circuitBreakerInterceptor', () => {
  let server: FlakyServer;

  beforeAll(async () => {
    server = await FlakyServer.start();
  });
  beforeEach(async () => {
    await server.comeUp();
    server.behaviour = {};
    server.requests = 0;
    server.abandoned = 0;
  });
  afterAll(() => server.stop());
  endApplications();

  describe('settling', () => {
    it('should open on straight 500s, although each begins with a Sent event', async () => {
      const { http, breakerOf } = await client({ ...fiveFailures, tripper: failureStreak(10) });
      server.behaviour = { status: 500 };
      expect(await endsOf(10, http.get(server.url))).toStrictEqual(TEN.fill(500));
      expect(breakerOf(server.url).state).toBe('open');
      expect(await endOf(http.get(server.url))).toBe('CallNotPermittedError');
      expect(server.requests).toBe(10);
    });

    it('should count a request once, by its Response, also when its progress is reported', async () => {
      const { http, breakerOf } = await client();
      const event$ = http.get(server.url, { observe: 'events', reportDownloadProgress: true });
      const counts = event$.pipe(map(({ type }) => [type, getCounts(breakerOf(server.url)).successes]));
      expect(await lastValueFrom(counts.pipe(toArray()), { defaultValue: [] })).toStrictEqual([
        [HttpEventType.Sent, 0],
        [HttpEventType.ResponseHeader, 0],
        [HttpEventType.DownloadProgress, 0],
        [HttpEventType.Response, 1],
      ]);
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
    });

    it('should count a 500 as one failure, also when its progress is reported', async () => {
      const { http, breakerOf } = await client();
      server.behaviour = { status: 500 };
      const event$ = http.get(server.url, { observe: 'events', reportDownloadProgress: true });
      expect(await endOf(event$)).toBe(500);
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
    });

    it('should leave a request in flight after its Sent event', async () => {
      const { http, breakerOf } = await client();
      server.behaviour = 'hang';
      const event$ = new Subject();
      const subscription = http.get(server.url, { observe: 'events' }).subscribe(event$);
      await eventually(() => expect(server.requests).toBe(1));
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 0, failures: 0, inFlight: 1, rejected: 0 });
      subscription.unsubscribe();
      await eventually(() => expect(server.abandoned).toBe(1));
    });

    it('should not count what switchMap unsubscribes', async () => {
      const { http, breakerOf } = await client({ ...fiveFailures, tripper: failureStreak(1) });
      server.behaviour = 'hang';
      const term$ = new Subject<number>();
      const found$ = term$.pipe(switchMap((term) => http.get(`${server.url}/?term=${String(term)}`)));
      const found = vi.fn();
      const subscription = onEach(found$, found);
      for (let term = 1; term <= 5; term++) {
        term$.next(term);
        await eventually(() => expect(server.requests).toBe(term));
      }
      await eventually(() => expect(server.abandoned).toBe(4));
      const { metric, changedAt, ...before } = breakerOf(server.url).info();
      expect(before).toMatchObject({ state: 'closed', inFlight: 1, rejected: 0 });
      expect(metric.totalCount).toBe(0);
      server.behaviour = {};
      term$.next(6);
      await eventually(() => expect(found).toHaveBeenCalledTimes(1));
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
      expect(breakerOf(server.url).info().changedAt).toBe(changedAt);
      subscription.unsubscribe();
    });

    it('should take a 404 for the success of a host that is alive', async () => {
      const { http, breakerOf } = await client(fiveFailures);
      server.behaviour = { status: 404 };
      expect(await endsOf(10, http.get(server.url))).toStrictEqual(TEN.fill(404));
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 10, failures: 0, inFlight: 0, rejected: 0 });
    });

    it('should not hold a 200 with broken JSON against the host', async () => {
      const { http, breakerOf } = await client(fiveFailures);
      const html = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
      await once(html, 'listening');
      const url = `http://127.0.0.1:${String((html.address() as AddressInfo).port)}`;
      expect(await endsOf(5, http.get(url))).toStrictEqual([200, 200, 200, 200, 200]);
      expect(getCounts(breakerOf(url))).toStrictEqual({ successes: 5, failures: 0, inFlight: 0, rejected: 0 });
      html.closeAllConnections();
      html.close();
    });

    it('should hold an answer that breaks off against the host', async () => {
      const { http, breakerOf } = await client(fiveFailures);
      server.behaviour = 'truncate';
      expect(await endOf(http.get(server.url))).toBe(0);
      expect(getCounts(breakerOf(server.url)).failures).toBe(1);
    });
  });

  describe('an outage', () => {
    it('should be met from its first sign to the recovery', async () => {
      const scheduler = new ManualScheduler();
      const options = { tripper: failureStreak(5), retry: cooldown(10_000), recovery: probes(1), scheduler };
      const { http, breakerOf } = await client(options);
      const request$ = http.get(server.url);
      expect(await endsOf(2, request$)).toStrictEqual(['ok', 'ok']);

      server.behaviour = { status: 503 };
      expect(await endsOf(2, request$)).toStrictEqual([503, 503]);
      server.behaviour = 'hang';
      expect(await endOf(http.get(server.url, { timeout: 50 }))).toBe(0);
      server.behaviour = 'reset';
      expect(await endOf(request$)).toBe(0);
      await server.goDown();
      expect(await endOf(request$)).toBe(0);
      expect(breakerOf(server.url).state).toBe('open');

      await server.comeUp();
      server.behaviour = { status: 500 };
      server.requests = 0;
      expect(await endOf(request$)).toBe('CallNotPermittedError');
      expect(server.requests).toBe(0);

      scheduler.pass(10_000);
      expect(breakerOf(server.url).state).toBe('open');
      server.behaviour = {};
      expect(await endOf(request$)).toBe('ok');
      expect(breakerOf(server.url).state).toBe('closed');
    });
  });

  describe('a rejection', () => {
    it('should be the error of the breaker itself', async () => {
      const { http, breakerOf } = await client();
      breakerOf(server.url).trip();
      const request = resultOf(http.get(server.url));
      await expect(request).rejects.toBeInstanceOf(CallNotPermittedError);
      await expect(request).rejects.toSatisfy(isCallNotPermitted);
      await expect(request).rejects.toMatchObject({ circuit: new URL(server.url).host, state: 'open' });
    });

    it('should reach neither the server nor an interceptor after it', async () => {
      const later = vi.fn<HttpInterceptorFn>((request, next) => next(request));
      const { http, breakerOf } = await client({}, [circuitBreakerInterceptor, later]);
      breakerOf(server.url).trip();
      expect(await endOf(http.get(server.url))).toBe('CallNotPermittedError');
      expect(later).not.toHaveBeenCalled();
      breakerOf(server.url).reset();
      expect(await endOf(http.get(server.url))).toBe('ok');
      expect(later).toHaveBeenCalledTimes(1);
      expect(server.requests).toBe(1);
    });
  });

  describe('a rejection by another breaker within it', () => {
    const inner = new CircuitBreaker({ name: 'inner' });
    inner.forceOpen();
    /** Asks another host first, say for a token. */
    const rejected: HttpInterceptorFn = (request, next) =>
      of('token').pipe(
        circuitBreaker(inner),
        mergeMap(() => next(request)),
      );

    it.each([
      ['the defaults', {}],
      ["untracked: 'success'", { tracker: () => false, untracked: 'success' }],
      ['anyError()', { tracker: anyError() }],
    ] as const)('should count for nothing, with %s', async (_, options) => {
      const { http, breakerOf } = await client(options, [circuitBreakerInterceptor, rejected]);
      const types: string[] = [];
      onEach(breakerOf(server.url).call$, ({ type }) => types.push(type));
      await expect(resultOf(http.get(server.url))).rejects.toMatchObject({ circuit: 'inner' });
      expect(types).toStrictEqual(['ignored']);
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    });

    it('should not close the circuit that it probes, and give back its place', async () => {
      const options = { retry: always(), permit: admitAll(), recovery: probes(1), maxProbes: 1 };
      const { http, breakerOf } = await client(options, [circuitBreakerInterceptor, rejected]);
      breakerOf(server.url).trip();
      for (let i = 0; i < 2; i++)
        await expect(resultOf(http.get(server.url))).rejects.toMatchObject({ circuit: 'inner' });
      expect(breakerOf(server.url).info()).toMatchObject({ state: 'half_open', inFlight: 0 });
    });
  });

  describe('a half-open circuit with one place, whose requests take two', () => {
    const onePlace = { retry: always(), permit: admitAll(), recovery: probes(1), maxProbes: 1 };
    /** Angular leaves out the same interceptor in the same array. */
    const again: HttpInterceptorFn = (request, next) => circuitBreakerInterceptor(request, next);
    /** As in an interceptor that refreshes a token at the same host. */
    const refresh: HttpInterceptorFn = (request, next) => {
      if (request.url.endsWith('/token')) return next(request);
      return inject(HttpClient)
        .get(request.url + '/token')
        .pipe(mergeMap(() => next(request)));
    };

    it.each<[string, HttpInterceptorFn[]]>([
      ['because it is given twice, as in a lazy route', [circuitBreakerInterceptor, again]],
      ['because one after it makes a request of its own', [circuitBreakerInterceptor, refresh]],
    ])('should recover, %s', async (_, interceptors) => {
      const { http, breakerOf } = await client(onePlace, interceptors);
      breakerOf(server.url).trip();
      const ends = await endsOf(3, http.get(server.url));
      expect(ends).toStrictEqual(['CallNotPermittedError', 'ok', 'ok']);
      expect(breakerOf(server.url).state).toBe('closed');
    });

    it('should recover at once if the token is refreshed around the breaker', async () => {
      const { http, breakerOf } = await client(onePlace, [refresh, circuitBreakerInterceptor]);
      breakerOf(server.url).trip();
      expect(await endOf(http.get(server.url))).toBe('ok');
      expect(breakerOf(server.url).state).toBe('closed');
    });
  });

  it('should make no request if a listener unsubscribes at the signal of the probe', async () => {
    const later = vi.fn<HttpInterceptorFn>(() => NEVER);
    const received$ = new Subject<void>();
    const options = { retry: always(), permit: admitAll(), listeners: [() => received$.next()] };
    const { http, breakerOf } = await client(options, [circuitBreakerInterceptor, later]);
    const breaker = breakerOf(server.url);
    breaker.trip();
    expect(await resultOf(http.get(server.url).pipe(takeUntil(received$)))).toBeUndefined();
    expect(later).not.toHaveBeenCalled();
    expect(breaker.info()).toMatchObject({ state: 'half_open', inFlight: 0 });
  });

  it('should judge an interceptor after it that throws', async () => {
    const broken: HttpInterceptorFn = () => {
      throw new TypeError('x is not a function');
    };
    const { http, breakerOf } = await client({ tracker: anyError() }, [circuitBreakerInterceptor, broken]);
    expect(await endOf(http.get(server.url))).toBe('TypeError');
    expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
  });

  describe('its place among the interceptors', () => {
    const within50: HttpInterceptorFn = (request, next) => next(request).pipe(timeout(50));
    const threeTimes: HttpInterceptorFn = (request, next) => next(request).pipe(retry(2));

    it('should see a hang that a timeout after it, thus within it, ends', async () => {
      const { http, breakerOf } = await client(fiveFailures, [circuitBreakerInterceptor, within50]);
      server.behaviour = 'hang';
      expect(await endOf(http.get(server.url))).toBe('TimeoutError');
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
    });

    it('should not see a hang that a timeout before it, thus around it, ends', async () => {
      const { http, breakerOf } = await client(fiveFailures, [within50, circuitBreakerInterceptor]);
      server.behaviour = 'hang';
      expect(await endOf(http.get(server.url))).toBe('TimeoutError');
      expect(getCounts(breakerOf(server.url))).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
    });

    it('should see each attempt of a retry before it, thus around it, and reject those after it opens', async () => {
      const options = { ...fiveFailures, tripper: failureStreak(2) };
      const { http, breakerOf } = await client(options, [threeTimes, circuitBreakerInterceptor]);
      server.behaviour = { status: 500 };
      expect(await endOf(http.get(server.url))).toBe('CallNotPermittedError');
      expect(server.requests).toBe(2);
      expect(breakerOf(server.url).info().rejected).toBe(1);
    });

    it('should see each attempt of a retry of the response', async () => {
      const { http, breakerOf } = await client({ ...fiveFailures, tripper: failureStreak(2) });
      server.behaviour = { status: 500 };
      expect(await endOf(http.get(server.url).pipe(retry(2)))).toBe('CallNotPermittedError');
      expect(server.requests).toBe(2);
      expect(breakerOf(server.url).info().rejected).toBe(1);
    });

    it('should see the end alone of a retry after it, thus within it', async () => {
      const { http, breakerOf } = await client(fiveFailures, [circuitBreakerInterceptor, threeTimes]);
      server.behaviour = { status: 500 };
      expect(await endOf(http.get(server.url))).toBe(500);
      expect(server.requests).toBe(3);
      expect(getCounts(breakerOf(server.url)).failures).toBe(1);
    });

    it('should ask the registry again at each attempt', async () => {
      const { http, registry, breakerOf } = await client({}, [threeTimes, circuitBreakerInterceptor]);
      const first = breakerOf(server.url);
      first.trip();
      // An attempt that is rejected has the breaker forgotten, so that the next finds another.
      onEach(first.call$, () => registry.delete(first.name));
      expect(await endOf(http.get(server.url))).toBe('ok');
      expect(breakerOf(server.url)).not.toBe(first);
      expect(getCounts(breakerOf(server.url)).successes).toBe(1);
    });
  });

  it('should say what is missing without provideCircuitBreakers', async () => {
    const app = await application(provideHttpClient(withInterceptors([circuitBreakerInterceptor])));
    await expect(resultOf(app.injector.get(HttpClient).get(server.url))).rejects.toThrow(
      'circuitBreakerInterceptor needs provideCircuitBreakers() among the providers',
    );
    expect(server.requests).toBe(0);
    await app.whenStable();
  });

  it('should pass on what a function of options throws', async () => {
    const { http } = await client(() => {
      throw new RangeError('no such host');
    });
    await expect(resultOf(http.get(server.url))).rejects.toThrow(new RangeError('no such host'));
  });

  it('should take an interceptor that completes without a response for a success', async () => {
    const { http, breakerOf } = await client({}, [circuitBreakerInterceptor, () => EMPTY]);
    await lastValueFrom(http.get(server.url), { defaultValue: null });
    expect(getCounts(breakerOf(server.url)).successes).toBe(1);
  });
});
