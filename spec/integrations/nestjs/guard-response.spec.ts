import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Next, Res, StreamableFile, type Type } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CircuitBreakerRegistry, failureStreak, never } from 'rxjs-fluxgate';
import { CircuitBreakerModule, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it } from 'vitest';
import { getCounts } from '../../support/counts.ts';
import { eventually } from './eventually.ts';
import { runApp } from './run-app.ts';

/** Of Express and of Fastify. */
interface Response {
  status(code: number): Response;
  send(text: string): unknown;
}

let file = new PassThrough();

@Controller()
@UseCircuitBreaker('all')
class AppController {
  @Get('sent-503')
  async sent(@Res() response: Response): Promise<void> {
    await sleep(1);
    response.status(503).send('down');
  }

  @Get('late-502')
  late(@Res() response: Response): void {
    setTimeout(() => response.status(502).send('down'), 5);
  }

  @Get('sent-404')
  missing(@Res() response: Response): void {
    response.status(404).send('missing');
  }

  @Get('sent-200')
  ok(@Res() response: Response): void {
    response.status(200).send('ok');
  }

  @Get('passed-through-503')
  passedThrough(@Res({ passthrough: true }) response: Response): string {
    response.status(503);
    return 'down, but Nest responds';
  }

  @Get('hanging')
  hanging(@Res() _: Response): void {
    // It never responds.
  }

  @Get('file')
  streamed(): StreamableFile {
    return new StreamableFile(file);
  }
}

@Controller()
@UseCircuitBreaker('next')
class NextController {
  @Get('next')
  next(@Next() next: (error: Error) => void): void {
    next(new Error('down'));
  }
}

async function startOn(adapter: AbstractHttpAdapter, controllers: Type[], circuit: string) {
  const { app, url } = await runApp(
    { imports: [CircuitBreakerModule.forRoot({ tripper: failureStreak(10), retry: never() })], controllers },
    adapter,
  );
  const registry = app.get(CircuitBreakerRegistry);
  return { url, counts: () => getCounts(registry.get(circuit)) };
}

describe.each<[string, () => AbstractHttpAdapter]>([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('a handler that writes its response itself, on %s', (_, adapter) => {
  const start = () => startOn(adapter(), [AppController], 'all');

  it.each([
    ['sent-503', 503, 'failures'],
    ['late-502', 502, 'failures'],
    ['sent-404', 404, 'successes'],
    ['sent-200', 200, 'successes'],
    ['passed-through-503', 503, 'successes'],
  ])('should settle by the status: %s', async (path, status, counted) => {
    const { url, counts } = await start();
    expect((await fetch(`${url}/${path}`)).status).toBe(status);
    const none = { successes: 0, failures: 0, inFlight: 0, rejected: 0 };
    await eventually(() => counts()).toStrictEqual({ ...none, [counted]: 1 });
  });

  it('should be no call any more if its client leaves before the response', async () => {
    const { url, counts } = await start();
    const client = new AbortController();
    const response = fetch(`${url}/hanging`, { signal: client.signal }).catch(() => 'left');
    await eventually(() => counts().inFlight).toBe(1);
    client.abort();
    expect(await response).toBe('left');
    await eventually(() => counts()).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
  });

  it('should settle a StreamableFile by the end of its stream', async () => {
    const { url, counts } = await start();
    file = new PassThrough();
    const response = await Promise.all([fetch(`${url}/file`), sleep(5).then(() => file.write('begun '))]);
    expect(counts()).toStrictEqual({ successes: 0, failures: 0, inFlight: 1, rejected: 0 });
    file.end('and ended');
    expect(await response[0].text()).toBe('begun and ended');
    await eventually(() => counts()).toStrictEqual({ successes: 1, failures: 0, inFlight: 0, rejected: 0 });
  });

  it.each([
    ['at once', ''],
    ['after it has begun', 'begun '],
  ])('should fail by a StreamableFile that breaks %s', async (_, begun) => {
    const { url, counts } = await start();
    file = new PassThrough();
    const response = fetch(`${url}/file`).then((answer) => answer.text().catch(() => 'broken'));
    await eventually(() => counts().inFlight).toBe(1);
    if (begun) file.write(begun);
    await sleep(5);
    file.destroy(new Error('the disk is gone'));
    await response.catch(() => 'broken');
    await eventually(() => counts()).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
  });

  it('should not count a StreamableFile whose client leaves', async () => {
    const { url, counts } = await start();
    file = new PassThrough();
    file.write('begun');
    const client = new AbortController();
    await fetch(`${url}/file`, { signal: client.signal });
    client.abort();
    await eventually(() => counts()).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
  });
});

it('a handler of Express that calls next(error) should settle by the status that middleware makes of it', async () => {
  const { url, counts } = await startOn(new ExpressAdapter(), [NextController], 'next');
  expect((await fetch(`${url}/next`)).status).toBe(500);
  await eventually(counts).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
});
