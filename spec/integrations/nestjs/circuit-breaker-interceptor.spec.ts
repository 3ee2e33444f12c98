import {
  BadRequestException,
  Controller,
  Get,
  Header,
  NotFoundException,
  Param,
  ParseIntPipe,
  Res,
  StreamableFile,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  CircuitBreaker,
  circuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  failureStreak,
  probes,
  type RegistryOptions,
} from 'rxjs-fluxgate';
import { CircuitBreakerModule, SkipCircuitBreaker, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { concat, of, retry, throwError, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { getCounts } from '../../support/counts.ts';
import { runApp, type RunningApp } from './run-app.ts';

/** Runs a handler again, as an interceptor of a user might. */
class RetryInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(retry(1));
  }
}

@Controller()
@UseCircuitBreaker('retried')
@UseInterceptors(RetryInterceptor) // the lower decorator is the outer interceptor
class RetriedController {
  @Get('retried')
  get(): never {
    throw new Error('boom');
  }
}

const inner = new CircuitBreaker({ name: 'inner', retry: cooldown(7_000), scheduler: new ManualScheduler() });

@Controller()
@UseCircuitBreaker('all')
class AppController {
  handled = 0;

  @Get('ok')
  ok(): string {
    this.handled++;
    return 'ok';
  }

  @Get('fail')
  fail(): never {
    throw new Error('secret');
  }

  @Get('fail-late')
  async failLate(): Promise<never> {
    await Promise.resolve();
    throw new Error('secret');
  }

  @Get('fail-after-a-value')
  failAfterAValue(): Observable<string> {
    return concat(
      of('a value'),
      throwError(() => new Error('secret')),
    );
  }

  @Get('not-found')
  notFound(): never {
    throw new NotFoundException();
  }

  @Get('bad-request')
  badRequest(): Observable<never> {
    return throwError(() => new BadRequestException());
  }

  @Get('number/:number')
  number(@Param('number', ParseIntPipe) number: number): number {
    return number;
  }

  @Get('file')
  @Header('Content-Type', 'text/plain')
  file(): StreamableFile {
    return new StreamableFile(Buffer.from('a file'));
  }

  @Get('twice')
  @UseCircuitBreaker('twice')
  twice(): string {
    return 'ok';
  }

  @Get('skipped')
  @SkipCircuitBreaker()
  skipped(): string {
    return 'ok';
  }

  @Get('inside')
  inside(): Observable<string> {
    return of('ok').pipe(circuitBreaker(inner));
  }

  @Get('begun')
  begun(@Res() response: { write(text: string): void }): Observable<string> {
    response.write('begun');
    return this.inside();
  }
}

const scheduler = new ManualScheduler();

function start(adapter?: AbstractHttpAdapter): Promise<RunningApp> {
  const options: RegistryOptions = {
    tripper: failureStreak(3),
    retry: cooldown(30_000),
    recovery: probes(1),
    scheduler,
  };
  return runApp(
    { imports: [CircuitBreakerModule.forRoot(options)], controllers: [AppController, RetriedController] },
    adapter,
  );
}

const breakerOf = ({ app }: RunningApp, name = 'all'): CircuitBreaker => app.get(CircuitBreakerRegistry).get(name);

async function open(running: RunningApp): Promise<void> {
  for (const path of ['fail', 'fail-late', 'fail']) await fetch(`${running.url}/${path}`);
  expect(breakerOf(running).state).toBe('open');
}

describe('a guarded handler', () => {
  it('should answer as it would unguarded', async () => {
    const running = await start();
    expect(await (await fetch(`${running.url}/ok`)).text()).toBe('ok');
    expect(await (await fetch(`${running.url}/file`)).text()).toBe('a file');
    expect(await (await fetch(`${running.url}/number/42`)).text()).toBe('42');
    expect(await (await fetch(`${running.url}/fail`)).json()).toStrictEqual({
      statusCode: 500,
      message: 'Internal server error',
    });
    expect(getCounts(breakerOf(running))).toStrictEqual({ successes: 3, failures: 1, inFlight: 0, rejected: 0 });
  });

  it('should fail by an error that comes after a value, because that is the answer', async () => {
    const running = await start();
    expect((await fetch(`${running.url}/fail-after-a-value`)).status).toBe(500);
    expect(getCounts(breakerOf(running))).toStrictEqual({ successes: 0, failures: 1, inFlight: 0, rejected: 0 });
  });

  it('should not open its circuit by what is the fault of clients', async () => {
    const running = await start();
    for (const [path, status] of [
      ['not-found', 404],
      ['bad-request', 400],
      ['number/x', 400],
      ['not-found', 404],
    ] as const) {
      expect((await fetch(`${running.url}/${path}`)).status).toBe(status);
    }
    expect(getCounts(breakerOf(running))).toStrictEqual({ successes: 4, failures: 0, inFlight: 0, rejected: 0 });
  });

  describe.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ])('on %s', (_, adapter) => {
    it('should be answered 503 with Retry-After while its circuit is open', async () => {
      const running = await start(adapter());
      await open(running);
      scheduler.pass(500);
      const response = await fetch(`${running.url}/ok`);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('30');
      expect(await response.json()).toStrictEqual({ statusCode: 503, message: 'Service Unavailable' });
      expect(running.app.get(AppController).handled).toBe(0);
    });

    it('should be answered again when the circuit has closed', async () => {
      const running = await start(adapter());
      await open(running);
      scheduler.pass(30_000);
      const response = await fetch(`${running.url}/ok`);
      expect([response.status, response.headers.get('retry-after')]).toStrictEqual([200, null]);
      expect(breakerOf(running).state).toBe('closed');
    });
  });

  it('should be answered 503 without Retry-After while it is not known', async () => {
    const running = await start();
    breakerOf(running).forceOpen();
    const response = await fetch(`${running.url}/ok`);
    expect([response.status, response.headers.get('retry-after')]).toStrictEqual([503, null]);
  });

  it('should be answered alike when a breaker inside it rejects, which counts for nothing', async () => {
    const running = await start();
    inner.trip();
    const response = await fetch(`${running.url}/inside`);
    expect([response.status, response.headers.get('retry-after')]).toStrictEqual([503, '7']);
    expect(getCounts(breakerOf(running))).toStrictEqual({ successes: 0, failures: 0, inFlight: 0, rejected: 0 });
  });

  it('should keep what it has begun to answer when a breaker inside it rejects', async () => {
    const running = await start();
    inner.trip();
    const response = await fetch(`${running.url}/begun`);
    expect([response.status, await response.text()]).toStrictEqual([200, 'begun']);
  });

  it('should be one call, also where its controller is guarded as well', async () => {
    const running = await start();
    await fetch(`${running.url}/twice`);
    expect(getCounts(breakerOf(running, 'twice'))).toStrictEqual({
      successes: 1,
      failures: 0,
      inFlight: 0,
      rejected: 0,
    });
    expect(breakerOf(running).info().metric.totalCount).toBe(0);
  });

  it('should be a call for each run by an interceptor that retries', async () => {
    const running = await start();
    await fetch(`${running.url}/retried`);
    expect(getCounts(breakerOf(running, 'retried'))).toStrictEqual({
      successes: 0,
      failures: 2,
      inFlight: 0,
      rejected: 0,
    });
  });

  it('should not be guarded if skipped', async () => {
    const running = await start();
    breakerOf(running).forceOpen();
    expect((await fetch(`${running.url}/skipped`)).status).toBe(200);
  });
});
