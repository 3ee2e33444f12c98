import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Inject, Injectable, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import {
  ClientProxyFactory,
  GrpcExceptionFilter,
  GrpcMethod,
  GrpcNotFoundException,
  RpcException,
  Transport,
  type ClientGrpcProxy,
  type GrpcOptions,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { catchError, concatWith, lastValueFrom, of, throwError, toArray, type Observable } from 'rxjs';
import { CircuitBreakerRegistry, cooldown, failureStreak } from 'rxjs-fluxgate';
import { CircuitBreakerFilter, CircuitBreakerModule, Guarded, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { getCounts } from '../../support/counts.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { recordLogs } from './record-logs.ts';

type Reply = Readonly<{ amount: number }>;

interface PricesClient {
  price(request: object): Observable<Reply>;
  inner(request: object): Observable<Reply>;
  watch(request: object): Observable<Reply>;
}

let failure: unknown;

function reply(): Reply {
  if (failure) throw failure as Error;
  return { amount: 42 };
}

@Injectable()
class Inner {
  @Guarded('inner')
  async price(): Promise<Reply> {
    await Promise.resolve();
    return reply();
  }
}

@Controller()
class PricesController {
  @Inject(Inner) readonly prices!: Inner;

  @GrpcMethod('Prices', 'Price')
  @UseCircuitBreaker('prices')
  price(): Reply {
    return reply();
  }

  @GrpcMethod('Prices', 'Inner')
  inner(): Promise<Reply> {
    return this.prices.price();
  }

  @GrpcMethod('Prices', 'Watch')
  @UseCircuitBreaker('prices')
  watch(): Observable<Reply> {
    return failure ? throwError(() => failure as Error) : of(reply()).pipe(concatWith(of({ amount: 43 })));
  }
}

const filter: Provider = { provide: APP_FILTER, useClass: CircuitBreakerFilter };

/** What makes Nest send the codes of its own exceptions. */
const ownFilter: Provider = { provide: APP_FILTER, useClass: GrpcExceptionFilter };

/** Starts a server of @grpc/grpc-js on a socket of its own, which no other test can take, and a client of it. */
async function start(...providers: Provider[]): Promise<{ client: PricesClient; registry: CircuitBreakerRegistry }> {
  failure = undefined;
  const folder = mkdtempSync(join(tmpdir(), 'grpc-'));
  const options: GrpcOptions = {
    transport: Transport.GRPC,
    options: {
      url: `unix:${folder}/socket`,
      package: 'prices',
      protoPath: fileURLToPath(new URL('prices.proto', import.meta.url)),
    },
  };
  const circuits = CircuitBreakerModule.forRoot({
    tripper: failureStreak(3),
    retry: cooldown(30_000),
    scheduler: new ManualScheduler(),
    silent: true,
  });
  const module = await Test.createTestingModule({
    imports: [circuits],
    controllers: [PricesController],
    providers: [Inner, ...providers],
  }).compile();
  const app = module.createNestMicroservice<MicroserviceOptions>({ ...options, logger: false });
  await app.listen();
  const proxy = ClientProxyFactory.create(options) as unknown as ClientGrpcProxy;
  onTestFinished(async () => {
    proxy.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { client: proxy.getService<PricesClient>('Prices'), registry: app.get(CircuitBreakerRegistry) };
}

/** What a client gets: values, and the code and the text of an error. */
function ask(reply$: Observable<Reply>): Promise<unknown[]> {
  const toShown = (error: unknown): unknown => {
    const { code, details } = error as { code: number; details: string };
    return { code, details };
  };
  return lastValueFrom(
    reply$.pipe(
      catchError((error: unknown) => of(toShown(error))),
      toArray(),
    ),
    { defaultValue: [] },
  );
}

const rejected = [{ code: 14, details: 'Service Unavailable' }];

describe('a handler of gRPC', () => {
  it('should respond to a rejection with UNAVAILABLE, and log nothing of it', async () => {
    const { client, registry } = await start();
    expect(await ask(client.price({}))).toStrictEqual([{ amount: 42 }]);
    failure = new Error('password: 1234');
    for (let i = 0; i < 3; i++) await ask(client.price({}));
    expect(registry.get('prices').state).toBe('open');

    const lines = recordLogs();
    expect(await ask(client.price({}))).toStrictEqual(rejected);
    expect(lines).toStrictEqual([]);
    expect(getCounts(registry.get('prices')).rejected).toBe(1);
  });

  it("should respond alike beside Nest's own filter for gRPC", async () => {
    const { client, registry } = await start(ownFilter);
    registry.get('prices').forceOpen();
    expect(await ask(client.price({}))).toStrictEqual(rejected);
  });

  it('should respond alike through the filter to the rejection of a guarded method', async () => {
    const { client, registry } = await start(filter);
    registry.get('inner').forceOpen();
    const lines = recordLogs();
    expect(await ask(client.inner({}))).toStrictEqual(rejected);
    expect(lines).toStrictEqual([]);
  });

  it('should settle a stream by its first value, and reject one as a whole', async () => {
    const { client, registry } = await start();
    expect(await ask(client.watch({}))).toStrictEqual([{ amount: 42 }, { amount: 43 }]);
    expect(getCounts(registry.get('prices'))).toMatchObject({ successes: 1, inFlight: 0 });
    registry.get('prices').forceOpen();
    expect(await ask(client.watch({}))).toStrictEqual(rejected);
  });

  it.each([
    ['an RpcException of INVALID_ARGUMENT', new RpcException({ code: 3, message: 'bad id' }), 3],
    ['an RpcException of NOT_FOUND', new RpcException({ code: 5, message: 'bad id' }), 5],
    ["Nest's own exception of NOT_FOUND", new GrpcNotFoundException('bad id'), 5],
  ])('should not fail by %s', async (_, error, code) => {
    const { client, registry } = await start(ownFilter);
    failure = error;
    for (let i = 0; i < 4; i++) expect(await ask(client.price({}))).toMatchObject([{ code }]);
    expect(getCounts(registry.get('prices'))).toMatchObject({ successes: 4, failures: 0 });
    // An error of the client's own, as it comes from a server that the handler calls.
    failure = await new Promise((resolve) => {
      client.price({}).subscribe({ error: resolve });
    });
    await ask(client.price({}));
    expect(getCounts(registry.get('prices'))).toMatchObject({ successes: 6, failures: 0 });
  });

  it('should fail by the error of a server that the handler calls and that is down', async () => {
    const { client, registry } = await start();
    failure = new RpcException({ code: 14, message: 'no connection' });
    failure = await new Promise((resolve) => {
      client.price({}).subscribe({ error: resolve });
    });
    for (let i = 0; i < 2; i++) await ask(client.price({}));
    expect(registry.get('prices').state).toBe('open');
  });
});
