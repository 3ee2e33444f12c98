import '@angular/compiler';
import { HttpContext } from '@angular/common/http';
import { failureStreak, never } from 'rxjs-fluxgate';
import { CIRCUIT_BREAKER_KEY, circuitBreakerInterceptor } from 'rxjs-fluxgate/angular';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlakyServer } from '../support/flaky-server.ts';
import { tally } from '../support/tally.ts';
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

  it('should be told by an interceptor before the one that asks for it', async () => {
    const { http, registry } = await client(atOnce, [
      (request, next) => {
        request.context.set(CIRCUIT_BREAKER_KEY, /\/api\/(\w+)/.exec(request.url)?.[1]);
        return next(request);
      },
      circuitBreakerInterceptor,
    ]);
    const context = new HttpContext();
    expect(await endOf(http.get(`${up.url}/api/search/42`, { context }))).toBe('ok');
    expect(await endOf(http.get(`${up.url}/about`, { context }))).toBe('ok');
    expect([...registry].map(({ name }) => name)).toStrictEqual(['search', new URL(up.url).host]);
    expect(tally(registry.get('search')).successes).toBe(1);
  });

  it('should be refused if it is no string', async () => {
    const { http } = await client(atOnce);
    expect(await endOf(http.get(up.url, keyed(42 as never)))).toBe('TypeError');
  });
});
