import { Inject, Injectable, UseFilters } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { CircuitBreakerRegistry, cooldown, failureStreak } from 'rxjs-fluxgate';
import { CircuitBreakerFilter, CircuitBreakerModule, Guarded, UseCircuitBreaker } from 'rxjs-fluxgate/nestjs';
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { getCounts } from '../../support/counts.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { recordLogs } from './record-logs.ts';

let failure: unknown;

function price(): { event: string; data: number } {
  if (failure) throw failure as Error;
  return { event: 'price', data: 42 };
}

@Injectable()
class Prices {
  @Guarded('inner')
  async price(): Promise<{ event: string; data: number }> {
    await Promise.resolve();
    return price();
  }
}

@WebSocketGateway()
class Gateway {
  @Inject(Prices) readonly prices!: Prices;

  @SubscribeMessage('price')
  @UseCircuitBreaker('prices')
  price(): { event: string; data: number } {
    return price();
  }

  @SubscribeMessage('inner')
  @UseFilters(CircuitBreakerFilter)
  inner(): Promise<{ event: string; data: number }> {
    return this.prices.price();
  }
}

interface Client {
  /** Sends an event and returns the name and the data of the next one that comes. */
  readonly ask: (event: string) => Promise<unknown>;
  readonly registry: CircuitBreakerRegistry;
}

async function start(): Promise<Client> {
  failure = undefined;
  const circuits = CircuitBreakerModule.forRoot({
    tripper: failureStreak(3),
    retry: cooldown(30_000),
    scheduler: new ManualScheduler(),
    silent: true,
  });
  const module = await Test.createTestingModule({ imports: [circuits], providers: [Gateway, Prices] }).compile();
  const app = module.createNestApplication({ logger: false, forceCloseConnections: true });
  app.useWebSocketAdapter(new IoAdapter(app));
  await app.listen(0, '127.0.0.1');
  const socket = io((await app.getUrl()).replace('[::1]', '127.0.0.1'), { transports: ['websocket'] });
  onTestFinished(async () => {
    socket.close();
    await app.close();
  });
  const ask = (event: string): Promise<unknown> =>
    new Promise((resolve) => {
      socket.onAny((name: string, data: unknown) => {
        socket.offAny();
        resolve([name, data]);
      });
      socket.emit(event, {});
    });
  return { ask, registry: app.get(CircuitBreakerRegistry) };
}

const rejection = { status: 'error', statusCode: 503, message: 'Service Unavailable' };

describe('a gateway of socket.io', () => {
  it('should respond to a rejection with an exception, and log nothing of it', async () => {
    const { ask, registry } = await start();
    expect(await ask('price')).toStrictEqual(['price', 42]);
    failure = new Error('password: 1234');
    for (let i = 0; i < 3; i++) await ask('price');
    expect(registry.get('prices').state).toBe('open');

    const lines = recordLogs();
    expect(await ask('price')).toStrictEqual(['exception', { ...rejection, retryAfter: 30_000 }]);
    expect(lines).toStrictEqual([]);
  });

  it('should respond alike through the filter to the rejection of a guarded method', async () => {
    const { ask, registry } = await start();
    registry.get('inner').forceOpen();
    const lines = recordLogs();
    expect(await ask('inner')).toStrictEqual(['exception', rejection]);
    expect(lines).toStrictEqual([]);
  });

  it.each([
    ['a WsException of 400', new WsException({ status: 400, message: 'bad id' })],
    ['a WsException with the code of GraphQL', new WsException({ extensions: { code: 'BAD_USER_INPUT' } })],
  ])('should not fail by %s', async (_, error) => {
    const { ask, registry } = await start();
    failure = error;
    for (let i = 0; i < 4; i++) expect(await ask('price')).toStrictEqual(['exception', error.getError()]);
    expect(getCounts(registry.get('prices'))).toMatchObject({ successes: 4, failures: 0 });
  });

  it('should fail by a WsException that is but a text', async () => {
    const { ask, registry } = await start();
    failure = new WsException('down');
    for (let i = 0; i < 3; i++) await ask('price');
    expect(registry.get('prices').state).toBe('open');
  });
});
