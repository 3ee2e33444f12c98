import { Controller, Get, Inject, Injectable, Res, type Provider } from '@nestjs/common';
import { APP_FILTER, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CircuitBreakerRegistry, cooldown, type CircuitBreaker } from 'rxjs-fluxgate';
import { CircuitBreakerFilter, CircuitBreakerModule, Guarded } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { recordLogs } from './record-logs.ts';
import { runApp } from './run-app.ts';

@Injectable()
class Prices {
  @Guarded('prices')
  async price(): Promise<string> {
    return Promise.resolve('42');
  }
}

interface Begun {
  write?(text: string): unknown;
  raw?: { write(text: string): unknown };
}

@Controller()
class AppController {
  @Inject(Prices) readonly prices!: Prices;

  @Get('price')
  price(): Promise<string> {
    return this.prices.price();
  }

  @Get('begun')
  begun(@Res() response: Begun): Promise<string> {
    (response.raw ?? (response as { write(text: string): unknown })).write('begun');
    return this.prices.price();
  }

  @Get('alien')
  alien(): never {
    throw Object.assign(new Error('of another copy'), {
      name: 'CallNotPermittedError',
      circuit: 'other',
      state: 'open',
      retryAfter: 1_500,
    });
  }

  @Get('other')
  other(): never {
    throw new Error('boom');
  }
}

const filter: Provider = { provide: APP_FILTER, useClass: CircuitBreakerFilter };

describe.each<[string, () => AbstractHttpAdapter]>([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('CircuitBreakerFilter, on %s', (_, adapter) => {
  async function start(
    ...providers: Provider[]
  ): Promise<{ url: string; prices: CircuitBreaker; scheduler: ManualScheduler }> {
    const scheduler = new ManualScheduler();
    const imports = [CircuitBreakerModule.forRoot({ retry: cooldown(30_000), maxProbes: 1, scheduler, silent: true })];
    const { app, url } = await runApp(
      { imports, controllers: [AppController], providers: [Prices, ...providers] },
      adapter(),
    );
    return { url, scheduler, prices: app.get(CircuitBreakerRegistry).get('prices') };
  }

  async function get(url: string): Promise<unknown[]> {
    const response = await fetch(url);
    return [response.status, response.headers.get('retry-after'), (await response.json()) as unknown];
  }

  const unavailable = { statusCode: 503, message: 'Service Unavailable' };

  it('should respond with 503 and Retry-After to a rejection, and log nothing', async () => {
    const { url, prices } = await start(filter);
    const lines = recordLogs();
    prices.trip();
    expect(await get(`${url}/price`)).toStrictEqual([503, '30', unavailable]);
    prices.forceOpen();
    expect(await get(`${url}/price`)).toStrictEqual([503, null, unavailable]);
    expect(lines).toStrictEqual([]);
  });

  it('should respond with a Retry-After of a second to the rejection of a half-open circuit', async () => {
    const { url, prices, scheduler } = await start(filter);
    prices.trip();
    scheduler.pass(30_000);
    prices.admit();
    expect(await get(`${url}/price`)).toStrictEqual([503, '1', unavailable]);
  });

  it('should know a rejection of another copy of the package', async () => {
    const { url } = await start(filter);
    expect(await get(`${url}/alien`)).toStrictEqual([503, '2', unavailable]);
  });

  it('should leave other errors alone', async () => {
    const { url } = await start(filter);
    expect(await get(`${url}/other`)).toStrictEqual([500, null, { statusCode: 500, message: 'Internal server error' }]);
  });

  it('should end a response that has begun', async () => {
    const { url, prices } = await start(filter);
    prices.forceOpen();
    const response = await fetch(`${url}/begun`);
    expect([response.status, await response.text()]).toStrictEqual([200, 'begun']);
  });

  it('should be needed: without it the response is a 500, and each rejection is logged', async () => {
    const { url, prices } = await start();
    prices.forceOpen();
    const lines = recordLogs();
    expect((await fetch(`${url}/price`)).status).toBe(500);
    expect(lines).toHaveLength(1);
  });
});
