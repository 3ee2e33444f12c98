import '@angular/compiler';
import { HttpContext, HttpContextToken, type HttpInterceptorFn } from '@angular/common/http';
import { failureStreak, never } from 'rxjs-fluxgate';
import { CIRCUIT_BREAKER_KEY, circuitBreakerInterceptor } from 'rxjs-fluxgate/angular';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';
import { getCounts } from '../../support/counts.ts';
import { client, endApplications, endOf, endsOf } from './application.ts';

const atOnce = { tripper: failureStreak(1), retry: never() };

function keyed(key: string | null | undefined): { context: HttpContext } {
  return { context: new HttpContext().set(CIRCUIT_BREAKER_KEY, key) };
}

describe('CIRCUIT_BREAKER_KEY', () => {
  let down: FlakyServer;
  let up: FlakyServer;

  beforeAll(async () => {
    down = await FlakyServer.start();
    up = await FlakyServer.start();
    down.behaviour = { status: 500 };
  });
  afterAll(() => Promise.all([down.stop(), up.stop()]));
  endApplications();

  it('should be the host by default, so that two hosts have two breakers', async () => {
    const { http, registry } = await client(atOnce);
    expect(await endsOf(2, http.get(`${down.url}/a`))).toStrictEqual([500, 'CallNotPermittedError']);
    expect(await endOf(http.get(`${down.url}/b`))).toBe('CallNotPermittedError');
    expect(await endOf(http.get(up.url))).toBe('ok');
    expect(await endOf(http.get(up.url, keyed(undefined)))).toBe('ok');
    expect([...registry].map(({ name, state }) => [name, state])).toStrictEqual([
      [new URL(down.url).host, 'open'],
      [new URL(up.url).host, 'closed'],
    ]);
  });

  it('should part the requests to a host, or join those to many', async () => {
    const { http, registry } = await client(atOnce);
    expect(await endOf(http.get(down.url, keyed('search')))).toBe(500);
    expect(await endOf(http.get(up.url, keyed('search')))).toBe('CallNotPermittedError');
    expect(await endOf(http.get(down.url, keyed('stock')))).toBe(500);
    expect([...registry].map(({ name }) => name)).toStrictEqual(['search', 'stock']);
  });

  it('should leave a request unguarded if it is null', async () => {
    const { http, registry } = await client(atOnce);
    expect(await endsOf(3, http.get(down.url, keyed(null)))).toStrictEqual([500, 500, 500]);
    expect(registry.size).toBe(0);
  });

  describe('set by an interceptor before the one that asks for it', () => {
    /** As on the page about Angular. */
    const keyInterceptor: HttpInterceptorFn = (request, next) => {
      const [, service] = /\/api\/([^/?]+)/.exec(request.url) ?? [];
      if (service === undefined || request.context.get(CIRCUIT_BREAKER_KEY) !== undefined) return next(request);
      const context = new HttpContext();
      for (const token of request.context.keys()) context.set(token, request.context.get(token));
      return next(request.clone({ context: context.set(CIRCUIT_BREAKER_KEY, service) }));
    };

    it('should be its own for each request, also where several have one context', async () => {
      const { http, registry } = await client(atOnce, [keyInterceptor, circuitBreakerInterceptor]);
      const context = new HttpContext();
      for (const path of ['/api/search/42', '/about', '/api/stock', '/api/search']) {
        expect(await endOf(http.get(`${up.url}${path}`, { context }))).toBe('ok');
      }
      const counts = [...registry].map((breaker) => [breaker.name, getCounts(breaker).successes]);
      expect(counts).toStrictEqual([
        ['search', 2],
        [new URL(up.url).host, 1],
        ['stock', 1],
      ]);
    });

    it('should leave what a request sets itself, and the rest of its context', async () => {
      const LANGUAGE = new HttpContextToken(() => 'en');
      const languages: string[] = [];
      const listen: HttpInterceptorFn = (request, next) => {
        languages.push(request.context.get(LANGUAGE));
        return next(request);
      };
      const { http, registry } = await client(atOnce, [keyInterceptor, circuitBreakerInterceptor, listen]);
      expect(await endOf(http.get(`${up.url}/api/stock`, keyed(null)))).toBe('ok');
      expect(await endOf(http.get(`${up.url}/api/stock`, keyed('search')))).toBe('ok');
      expect(await endOf(http.get(`${up.url}/api/stock`, { context: new HttpContext().set(LANGUAGE, 'de') }))).toBe(
        'ok',
      );
      expect([...registry].map(({ name }) => name)).toStrictEqual(['search', 'stock']);
      expect(languages).toStrictEqual(['en', 'en', 'de']);
    });
  });

  it('should be refused if it is no string', async () => {
    const { http } = await client(atOnce);
    expect(await endOf(http.get(up.url, keyed(42 as never)))).toBe('TypeError');
  });
});
