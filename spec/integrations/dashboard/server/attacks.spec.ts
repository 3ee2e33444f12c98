import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest, type IncomingMessage } from 'node:http';
import {
  connect,
  createServer as createHttp2Server,
  type ClientHttp2Stream,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { config } from 'rxjs';
import { CircuitBreaker, CircuitBreakerRegistry, failureStreak, type SlidingWindow } from 'rxjs-fluxgate';
import { dashboard, type DashboardHandler, type DashboardOptions } from 'rxjs-fluxgate/dashboard';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Row } from '../../../../lib/integrations/dashboard/server/messages.ts';
import { addressOf, eventsOf, serve } from './serve.ts';

function handlerOf(breakers: Parameters<typeof dashboard>[0], options?: DashboardOptions): DashboardHandler {
  const handler = dashboard(breakers, options);
  onTestFinished(() => handler.dispose());
  return handler;
}

/** A client of HTTP/2 without TLS, closed when the test is over. */
function http2Client(port: number) {
  const session = connect(`http://127.0.0.1:${String(port)}`);
  session.on('error', () => undefined);
  onTestFinished(() => session.destroy());
  return {
    leave: () => session.destroy(),
    send(headers: OutgoingHttpHeaders): ClientHttp2Stream {
      const stream = session.request(headers);
      stream.on('error', () => undefined);
      return stream;
    },
    async status(headers: OutgoingHttpHeaders): Promise<number | undefined> {
      const stream = this.send(headers);
      const [response] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }];
      stream.close();
      return response[':status'];
    },
  };
}

async function portOf(server: Http2Server): Promise<number> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A promise and what settles it. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

const COMMAND = {
  ':method': 'POST',
  ':path': '/fluxgate-command?circuit=stock&action=forceOpen',
  'x-fluxgate-command': '1',
};

describe('under attack, the dashboard', () => {
  let reported: unknown[];

  beforeEach(() => {
    reported = [];
    config.onUnhandledError = (error) => void reported.push(error);
  });
  afterEach(() => void (config.onUnhandledError = null));

  describe('on HTTP/2', () => {
    it('should give back the place of a client that left while a hook was asking who it is', async () => {
      const handler = handlerOf(new CircuitBreaker(), { maxClients: 2 });
      const session = gate();
      const arrived = vi.fn();
      const port = await portOf(
        createHttp2Server((request, response) => {
          arrived();
          void session.opened.then(() => handler(request as never, response as never));
        }),
      );
      const client = http2Client(port);
      for (let i = 0; i < 3; i++) {
        const stream = client.send({ ':path': '/fluxgate-events' });
        await vi.waitFor(() => expect(arrived).toHaveBeenCalledTimes(i + 1), 5_000);
        stream.close();
        await once(stream, 'close');
      }
      session.open();
      await vi.waitFor(async () => expect(await client.status({ ':path': '/fluxgate-events' })).toBe(200), 5_000);
      expect(reported).toStrictEqual([]);
    });

    it('should give back the place of a client that left Fastify while onRequest was at work', async () => {
      const handler = handlerOf(new CircuitBreaker(), { maxClients: 1 });
      const app = new FastifyAdapter({ http2: true } as object).getInstance();
      const session = gate();
      const arrived = vi.fn();
      const onRequest = async (): Promise<void> => {
        arrived();
        await session.opened;
      };
      app.all('/*', { onRequest }, (request, reply) => {
        reply.hijack();
        handler(request.raw, reply.raw);
      });
      await app.listen({ port: 0, host: '127.0.0.1' });
      onTestFinished(async () => {
        handler.dispose();
        await app.close();
      });
      const client = http2Client((app.server.address() as AddressInfo).port);
      for (let i = 0; i < 2; i++) {
        const stream = client.send({ ':path': '/fluxgate-events' });
        await vi.waitFor(() => expect(arrived).toHaveBeenCalledTimes(i + 1), 5_000);
        stream.close();
        await once(stream, 'close');
      }
      session.open();
      await vi.waitFor(async () => expect(await client.status({ ':path': '/fluxgate-events' })).toBe(200), 5_000);
      client.leave();
    });

    it('should not obey a sender who left while control was thinking', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const asked = vi.fn();
      const session = gate();
      const control = async (): Promise<boolean> => {
        asked();
        await session.opened;
        return true;
      };
      const handler = handlerOf(stock, { control });
      const port = await portOf(createHttp2Server((request, response) => handler(request as never, response as never)));
      const client = http2Client(port);
      const stream = client.send(COMMAND);
      await vi.waitFor(() => expect(asked).toHaveBeenCalled(), 5_000);
      stream.close();
      await once(stream, 'close');
      // A second stream shows that the server has seen the first one close.
      expect(await client.status({ ':path': '/' })).toBe(200);
      session.open();
      await new Promise(setImmediate);
      expect(stock.state).toBe('closed');
      expect(reported).toStrictEqual([]);
    });

    it('should serve the page, the events and commands', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const handler = handlerOf(stock, { control: () => true });
      const port = await portOf(createHttp2Server((request, response) => handler(request as never, response as never)));
      const client = http2Client(port);
      expect(await client.status({ ':path': '/' })).toBe(200);
      const events = client.send({ ':path': '/fluxgate-events' });
      const [first] = (await once(events.setEncoding('utf8'), 'data')) as [string];
      expect(first).toMatch(/^event: snapshot\n/);
      expect(await client.status(COMMAND)).toBe(204);
      expect(stock.state).toBe('forced_open');
    });
  });

  describe('with a response that is answered already', () => {
    it.each(['/', '/fluxgate-events', '/fluxgate-command', '/favicon.ico'])(
      'should leave it alone: %s',
      async (path) => {
        const handler = handlerOf(new CircuitBreaker(), { maxClients: 1 });
        const thrown: unknown[] = [];
        const url = await serve((request, response) => {
          response.writeHead(401).end('no');
          try {
            handler(request, response);
          } catch (error) {
            thrown.push(error);
          }
        });
        const response = await fetch(url + path);
        expect([response.status, await response.text()]).toStrictEqual([401, 'no']);
        expect([thrown, reported]).toStrictEqual([[], []]);
      },
    );

    it('should report what a response throws, and not end the process with it', () => {
      const handler = handlerOf(new CircuitBreaker());
      const response = {
        writeHead: () => {
          throw new Error('no head');
        },
      };
      expect(() => handler({ url: '/', method: 'GET', headers: {} } as never, response as never)).not.toThrow();
      expect(reported).toStrictEqual([new Error('no head')]);
    });
  });

  describe('with a breaker whose window throws', () => {
    function brokenWindow(): SlidingWindow {
      return {
        record: () => undefined,
        reset: () => undefined,
        getMetric: () => {
          throw new Error('no metric');
        },
      };
    }

    it('should show that one as such, and the others live, to pages old and new', async () => {
      const registry = new CircuitBreakerRegistry((key) =>
        key === 'broken'
          ? { window: brokenWindow, tripper: () => false, name: key }
          : { tripper: failureStreak(1), name: key },
      );
      const broken = registry.get('broken');
      registry.get('stock');
      const url = await serve(handlerOf(registry, { interval: 100 }));
      for (let page = 0; page < 2; page++) {
        const events = eventsOf(`${url}/fluxgate-events`);
        const { value } = await events.next();
        expect(value).toMatchObject({
          type: 'snapshot',
          data: {
            rows: [
              { key: 'broken', state: broken.state, unreadable: true, calls: 0 },
              { key: 'stock', unreadable: false },
            ],
          },
        });
        registry.get('stock').admit().complete();
        const rows: Row[] = [];
        while (!rows.some(({ key }) => key === 'stock')) rows.push(...(await events.next()).value!.data.rows);
      }
    });

    it('should report it once, and again after it could be read', () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const stock = new CircuitBreaker({ name: 'stock' });
      const info = vi.spyOn(stock, 'info').mockImplementation(() => {
        throw new Error('no metric');
      });
      const handler = handlerOf(stock, { interval: 100 });
      const response = { writeHead: vi.fn(), write: vi.fn(), on: vi.fn(), end: vi.fn(), writableLength: 0 };
      handler({ url: '/fluxgate-events', method: 'GET', headers: {} } as never, response as never);
      vi.advanceTimersByTime(1_000);
      expect(reported.length).toBe(1);
      info.mockRestore();
      vi.advanceTimersByTime(1_000);
      vi.spyOn(stock, 'info').mockImplementation(() => {
        throw new Error('no metric again');
      });
      vi.advanceTimersByTime(1_000);
      expect(reported.length).toBe(2);
    });
  });

  describe('with a host that names its port', () => {
    async function statusOf(headers: Record<string, string>): Promise<number | undefined> {
      const stock = new CircuitBreaker({ name: 'stock' });
      const url = await addressOf(createHttpServer(handlerOf(stock, { control: () => true })).listen(0, '127.0.0.1'));
      const request = httpRequest(`${url}/fluxgate-command?circuit=stock&action=disable`, {
        method: 'POST',
        headers: { 'x-fluxgate-command': '1', ...headers },
      });
      const [response] = (await once(request.end(), 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    }

    it('should know the same origin, and refuse another', async () => {
      expect(await statusOf({ host: 'ops.example:80', origin: 'http://ops.example' })).toBe(204);
      expect(await statusOf({ host: 'ops.example:443', origin: 'https://ops.example' })).toBe(204);
      expect(await statusOf({ host: 'ops.example:80', origin: 'http://evil.example' })).toBe(403);
      expect(await statusOf({ host: 'ops.example:80', origin: 'http://ops.example:81' })).toBe(403);
    });
  });
});
