import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Controller, Inject, Injectable, UseFilters, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import {
  ClientProxyFactory,
  MessagePattern,
  RpcException,
  Transport,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { GraphQLError } from 'graphql';
import { firstValueFrom } from 'rxjs';
import { CircuitBreakerRegistry, cooldown, failureStreak, type CircuitBreaker } from 'rxjs-fluxgate';
import { CircuitBreakerFilter, CircuitBreakerModule, Guarded, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { getCounts } from '../../support/counts.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { eventually } from './eventually.ts';
import { recordLogs } from './record-logs.ts';
import { runApp } from './run-app.ts';

const scheduler = new ManualScheduler();
const circuits = (): DynamicModule =>
  CircuitBreakerModule.forRoot({ tripper: failureStreak(3), retry: cooldown(30_000), scheduler, silent: true });

let failure: unknown;

@Injectable()
class Prices {
  @Guarded('inner')
  async price(): Promise<number> {
    await Promise.resolve();
    return 42;
  }
}

const filter: Provider = { provide: APP_FILTER, useClass: CircuitBreakerFilter };

describe('a resolver of GraphQL', () => {
  @Resolver()
  class PriceResolver {
    @Inject(Prices) readonly prices!: Prices;

    @Query(() => Number)
    @UseCircuitBreaker('prices')
    price(): number {
      if (failure) throw failure as Error;
      return 42;
    }

    @Query(() => Number)
    inner(): Promise<number> {
      return this.prices.price();
    }
  }

  async function start(
    ...providers: Provider[]
  ): Promise<{ ask: (query: string) => Promise<unknown>; breaker: CircuitBreaker; registry: CircuitBreakerRegistry }> {
    failure = undefined;
    const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true });
    const { app, url } = await runApp({
      imports: [circuits(), graphql],
      providers: [PriceResolver, Prices, ...providers],
    });
    const registry = app.get(CircuitBreakerRegistry);
    const ask = async (query: string): Promise<unknown> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return response.json();
    };
    return { ask, breaker: registry.get('prices'), registry };
  }

  it('should respond to a rejection with a code, and log nothing of it', async () => {
    const { ask, breaker } = await start();
    expect(await ask('{ price }')).toStrictEqual({ data: { price: 42 } });
    failure = new Error('password: 1234');
    for (let i = 0; i < 3; i++) await ask('{ price }');
    expect(breaker.state).toBe('open');
    const lines = recordLogs();
    const { errors } = (await ask('{ price }')) as { errors: { message: string; extensions: object }[] };
    expect(errors).toMatchObject([
      { message: 'Service Unavailable', extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: 30_000 } },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/password|prices|CallNotPermitted/);
    expect(lines).toStrictEqual([]);
  });

  it('should respond alike through the filter to the rejection of a guarded method', async () => {
    const { ask, registry } = await start(filter);
    registry.get('inner').forceOpen();
    const lines = recordLogs();
    const { errors } = (await ask('{ inner }')) as { errors: { message: string; extensions: object }[] };
    expect(errors).toMatchObject([{ message: 'Service Unavailable', extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    expect(JSON.stringify(errors)).not.toMatch(/CallNotPermitted|Circuit/);
    expect(lines).toStrictEqual([]);
  });

  it('should not fail by a bad input', async () => {
    const { ask, breaker } = await start();
    failure = new GraphQLError('no such price', { extensions: { code: 'BAD_USER_INPUT' } });
    for (let i = 0; i < 5; i++) await ask('{ price }');
    expect(getCounts(breaker)).toStrictEqual({ successes: 5, failures: 0, inFlight: 0, rejected: 0 });
  });
});

describe('a microservice', () => {
  @Controller()
  class PriceController {
    @Inject(Prices) readonly prices!: Prices;

    @MessagePattern('price')
    @UseCircuitBreaker('prices')
    price(): number {
      if (failure) throw failure as Error;
      return 42;
    }

    @MessagePattern('inner')
    inner(): Promise<number> {
      return this.prices.price();
    }
  }

  async function start(...providers: Provider[]): Promise<{ client: ClientProxy; registry: CircuitBreakerRegistry }> {
    failure = undefined;
    const module = await Test.createTestingModule({
      imports: [circuits()],
      controllers: [PriceController],
      providers: [Prices, ...providers],
    }).compile();
    const app = module.createNestMicroservice<MicroserviceOptions>({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      logger: false,
    });
    await app.listen();
    const { port } = app.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    onTestFinished(async () => {
      client.close();
      await app.close();
    });
    return { client, registry: app.get(CircuitBreakerRegistry) };
  }

  const ask = (client: ClientProxy, pattern: string): Promise<unknown> =>
    firstValueFrom(client.send<unknown>(pattern, {}), { defaultValue: undefined }).catch((error: unknown) => [
      '#',
      error,
    ]);

  it('should respond to a rejection with an error of gRPC and of HTTP, and log nothing of it', async () => {
    const { client, registry } = await start();
    expect(await ask(client, 'price')).toBe(42);
    failure = new Error('password: 1234');
    for (let i = 0; i < 3; i++) await ask(client, 'price');
    const lines = recordLogs();
    const rejection = { status: 'error', statusCode: 503, code: 14, message: 'Service Unavailable' };
    expect(await ask(client, 'price')).toStrictEqual(['#', { ...rejection, retryAfter: 30_000 }]);
    registry.get('prices').forceOpen();
    expect(await ask(client, 'price')).toStrictEqual(['#', rejection]);
    expect(lines).toStrictEqual([]);
  });

  it('should respond alike through the filter to the rejection of a guarded method', async () => {
    const { client, registry } = await start(filter);
    registry.get('inner').forceOpen();
    const lines = recordLogs();
    expect(await ask(client, 'inner')).toStrictEqual([
      '#',
      { status: 'error', statusCode: 503, code: 14, message: 'Service Unavailable' },
    ]);
    expect(lines).toStrictEqual([]);
  });

  it.each([
    [{ statusCode: 404, message: 'no such price' }],
    [{ status: 404, message: 'no such price' }],
    [{ code: 5, message: 'no such price' }],
    [{ code: 3, message: 'bad id' }],
  ])('should not fail by an RpcException of %j', async (error) => {
    const { client, registry } = await start();
    failure = new RpcException(error);
    for (let i = 0; i < 4; i++) expect(await ask(client, 'price')).toStrictEqual(['#', error]);
    expect(getCounts(registry.get('prices'))).toMatchObject({ successes: 4, failures: 0 });
  });

  it.each([[{ code: 14, message: 'upstream' }], [{ statusCode: 503 }], ['down']])(
    'should fail by an RpcException of %j',
    async (error) => {
      const { client, registry } = await start();
      failure = new RpcException(error);
      for (let i = 0; i < 3; i++) await ask(client, 'price');
      expect(registry.get('prices').state).toBe('open');
    },
  );
});

describe('a gateway', () => {
  class Gateway {
    @Inject(Prices) readonly prices!: Prices;
    price(): { event: string; data: number } {
      if (failure) throw failure as Error;
      return { event: 'price', data: 42 };
    }
    async inner(): Promise<{ event: string; data: number }> {
      return { event: 'price', data: await this.prices.price() };
    }
  }

  async function start(): Promise<{ ask: (event: string) => Promise<unknown>; registry: CircuitBreakerRegistry }> {
    failure = undefined;
    @WebSocketGateway()
    class PriceGateway extends Gateway {
      @SubscribeMessage('price')
      @UseCircuitBreaker('prices')
      override price(): { event: string; data: number } {
        return super.price();
      }
      @SubscribeMessage('inner')
      @UseFilters(CircuitBreakerFilter)
      override inner(): Promise<{ event: string; data: number }> {
        return super.inner();
      }
    }
    const module = await Test.createTestingModule({
      imports: [circuits()],
      providers: [PriceGateway, Prices],
    }).compile();
    const app = module.createNestApplication({ logger: false, forceCloseConnections: true });
    app.useWebSocketAdapter(new WsAdapter(app));
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');
    const socket = new WebSocket((await app.getUrl()).replace('http', 'ws'));
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    const ask = async (event: string): Promise<unknown> => {
      socket.send(JSON.stringify({ event, data: {} }));
      const [message] = (await once(socket, 'message')) as [Buffer];
      return JSON.parse(message.toString());
    };
    return { ask, registry: app.get(CircuitBreakerRegistry) };
  }

  const rejection = { status: 'error', statusCode: 503, message: 'Service Unavailable' };

  it('should respond to a rejection with an exception, and log nothing of it', async () => {
    const { ask, registry } = await start();
    expect(await ask('price')).toStrictEqual({ event: 'price', data: 42 });
    failure = new Error('password: 1234');
    for (let i = 0; i < 3; i++) await ask('price');
    await eventually(() => registry.get('prices').state).toBe('open');
    const lines = recordLogs();
    expect(await ask('price')).toStrictEqual({ event: 'exception', data: { ...rejection, retryAfter: 30_000 } });
    expect(lines).toStrictEqual([]);
  });

  it('should respond alike through the filter to the rejection of a guarded method', async () => {
    const { ask, registry } = await start();
    registry.get('inner').forceOpen();
    const lines = recordLogs();
    expect(await ask('inner')).toStrictEqual({ event: 'exception', data: rejection });
    expect(lines).toStrictEqual([]);
  });

  it('should not fail by a WsException that blames the client', async () => {
    const { ask, registry } = await start();
    failure = new WsException({ statusCode: 400, message: 'bad id' });
    for (let i = 0; i < 4; i++) await ask('price');
    expect(getCounts(registry.get('prices'))).toMatchObject({ successes: 4, failures: 0 });
  });
});
