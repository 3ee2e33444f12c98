import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { config } from 'rxjs';
import { CircuitBreaker, CircuitBreakerRegistry, failureStreak } from 'rxjs-fluxgate';
import { dashboard, type DashboardHandler, type DashboardOptions } from 'rxjs-fluxgate/dashboard';
import { shadow } from 'rxjs-fluxgate/simulate';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Update } from '../../../../lib/integrations/dashboard/server/messages.ts';
import { addressOf, eventsOf, eventWhere, serve } from './serve.ts';

/** Ended when the test is over. */
function handlerOf(breakers: Parameters<typeof dashboard>[0], options?: DashboardOptions): DashboardHandler {
  const handler = dashboard(breakers, options);
  onTestFinished(() => handler.dispose());
  return handler;
}

function command(url: string, query: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/fluxgate-command?${query}`, { method: 'POST', headers: { 'X-Fluxgate-Command': '1' }, ...init });
}

describe('dashboard', () => {
  describe('the page', () => {
    it('should be one document with a policy that lets it load nothing else', async () => {
      const url = await serve(handlerOf(new CircuitBreaker()));
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
      const policy = response.headers.get('content-security-policy')!.split('; ');
      expect(policy).toStrictEqual([
        "default-src 'none'",
        expect.stringMatching(/^script-src 'sha256-[\w+/=]+'$/),
        expect.stringMatching(/^style-src 'sha256-[\w+/=]+'$/),
        "connect-src 'self'",
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]);
    });

    it.each(['/', '/fluxgate-events', '/fluxgate-command', '/favicon.ico'])(
      'should be answered with headers that keep it to itself, as is %s',
      async (path) => {
        const url = await serve(handlerOf(new CircuitBreaker()));
        const { headers } = await fetch(`${url}${path}`, { method: 'HEAD' });
        expect(Object.fromEntries(headers)).toMatchObject({
          'cache-control': 'no-store, no-transform',
          'content-security-policy': expect.stringContaining("default-src 'none'") as string,
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
        });
        expect(headers.has('access-control-allow-origin')).toBe(false);
      },
    );

    it('should be for GET and HEAD alone', async () => {
      const url = await serve(handlerOf(new CircuitBreaker()));
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const response = await fetch(url, { method });
        expect([response.status, response.headers.get('allow')]).toStrictEqual([405, 'GET, HEAD']);
      }
      const head = await fetch(url, { method: 'HEAD' });
      expect([head.status, await head.text()]).toStrictEqual([200, '']);
    });

    it('should not answer what browsers ask for unbidden', async () => {
      const url = await serve(handlerOf(new CircuitBreaker()));
      for (const path of ['/favicon.ico', '/robots.txt', '/ops/apple-touch-icon-precomposed.png']) {
        expect((await fetch(`${url}${path}`)).status).toBe(404);
      }
    });

    it('should be at a path with a dot too', async () => {
      const url = await serve(handlerOf(new CircuitBreaker()));
      expect((await fetch(`${url}/ops/v1.2`)).status).toBe(200);
    });

    it.each(['//', '/%', '/?', '/x?y=%', '*'])('should take any path without a fault: %s', (url) => {
      const handler = handlerOf(new CircuitBreaker());
      const response = { writeHead: vi.fn(), end: vi.fn() };
      const request: unknown = { url, method: 'GET', headers: {} };
      handler(request as IncomingMessage, response as unknown as ServerResponse);
      expect(response.writeHead.mock.calls[0]?.[0]).toBe(200);
    });
  });

  describe('mounted under a prefix', () => {
    async function expectAll(base: string, breaker: CircuitBreaker): Promise<void> {
      for (const url of [base, `${base}/`]) expect(await (await fetch(url)).text()).toMatch(/^<!doctype html>/);
      const snapshot = await eventsOf(`${base}/fluxgate-events`).next();
      expect(snapshot.value).toMatchObject({ type: 'snapshot', data: { rows: [{ key: 'stock' }] } });
      expect((await command(base, 'circuit=stock&action=forceOpen')).status).toBe(204);
      expect(breaker.state).toBe('forced_open');
    }

    it('should work in node:http', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const url = await serve(handlerOf(stock, { control: () => true }));
      await expectAll(`${url}/admin/circuits`, stock);
    });

    it.each([
      ['Express', () => new ExpressAdapter()],
      ['Fastify', () => new FastifyAdapter()],
    ])('should work in Nest on %s, though that reads the body before it', async (_name, adapter) => {
      class AppModule {
        readonly name = 'shop';
      }
      Module({})(AppModule);
      const stock = new CircuitBreaker({ name: 'stock' });
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- what Nest calls a class is none
      const app = await NestFactory.create(AppModule, adapter(), { logger: false });
      const handler = handlerOf(stock, { control: () => true });
      app.use('/admin/circuits', handler);
      await app.listen(0, '127.0.0.1');
      onTestFinished(async () => {
        handler.dispose();
        await app.close();
      });
      await expectAll(`${await app.getUrl()}/admin/circuits`, stock);
    });

    it('should work in Fastify', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const handler = handlerOf(stock, { control: () => true });
      const app = new FastifyAdapter().getInstance();
      for (const path of ['/admin/circuits', '/admin/circuits/*']) {
        app.all(path, (request, reply) => {
          reply.hijack();
          handler(request.raw, reply.raw);
        });
      }
      await app.listen({ port: 0, host: '127.0.0.1' });
      onTestFinished(async () => {
        handler.dispose();
        await app.close();
      });
      await expectAll(`${await addressOf(app.server)}/admin/circuits`, stock);
    });
  });

  describe('the stream', () => {
    it('should begin with all there is', async () => {
      const registry = new CircuitBreakerRegistry();
      registry.get('stock').trip();
      const handler = handlerOf(registry, { title: 'Shop', interval: 500, history: 10_000 });
      registry.get('payments').disable();
      const { value } = await eventsOf(`${await serve(handler)}/fluxgate-events`).next();
      expect(value).toMatchObject({
        type: 'snapshot',
        data: {
          ...{ title: 'Shop', interval: 500, history: 10_000, control: false },
          rows: [
            { key: 'stock', state: 'open', detail: 'trip()' },
            { key: 'payments', state: 'disabled', detail: 'disable()' },
          ],
          entries: [{ key: 'payments', from: 'closed', to: 'disabled', detail: 'disable()' }],
        },
      });
    });

    it('should go on with what changes', async () => {
      const stock = new CircuitBreaker({ name: 'stock', tripper: failureStreak(2) });
      const events = eventsOf(`${await serve(handlerOf(stock, { interval: 100 }))}/fluxgate-events`);
      await events.next();
      for (let i = 0; i < 2; i++) stock.admit().error(new Error('down'));
      const { data } = await eventWhere(events, ({ data }) => data.entries.length > 0);
      expect(data.entries).toMatchObject([
        { key: 'stock', to: 'open', detail: 'failureStreak(2): 2 failures in a row' },
      ]);
      expect(data.rows).toMatchObject([{ key: 'stock', state: 'open' }]);
    });

    it('should send a sign of life even when nothing changes', async () => {
      const events = eventsOf(`${await serve(handlerOf([], { interval: 100 }))}/fluxgate-events`);
      await events.next();
      const { value } = await events.next();
      expect(value).toMatchObject({ type: 'update', data: { rows: [], gone: [], samples: [], entries: [] } });
    });

    it('should never send causes, which may hold secrets', async () => {
      const stock = new CircuitBreaker({ tripper: failureStreak(1) });
      const handler = handlerOf(stock);
      // Of an Error JSON has nothing anyway.
      stock.admit().error({ password: 'hunter2' });
      const { value } = await eventsOf(`${await serve(handler)}/fluxgate-events`).next();
      expect(JSON.stringify(value)).not.toContain('hunter2');
      expect(value).toMatchObject({ data: { entries: [{ key: expect.any(String) as string, to: 'open' }] } });
    });

    it('should refuse more clients than may be, and take another when one has gone', async () => {
      const url = await serve(handlerOf(new CircuitBreaker(), { maxClients: 1 }));
      const leaving = new AbortController();
      const first = await fetch(`${url}/fluxgate-events`, { signal: leaving.signal });
      const second = await fetch(`${url}/fluxgate-events`);
      expect([first.status, second.status, second.headers.get('retry-after')]).toStrictEqual([200, 503, '10']);
      leaving.abort();
      await vi.waitFor(async () => expect((await eventsOf(`${url}/fluxgate-events`).next()).value).toBeTruthy(), 5_000);
    });
  });

  describe('a shadow', () => {
    it('should be a row beside the one of its breaker, marked as a shadow, with what it would have rejected', async () => {
      const payments = new CircuitBreaker({ name: 'payments', tripper: failureStreak(50) });
      const url = await serve(
        handlerOf([payments, shadow(payments, { tripper: failureStreak(2) })], { interval: 100 }),
      );
      const events = eventsOf(`${url}/fluxgate-events`);
      // The samples of an interval are sent once, so the calls are made after the page has connected.
      await eventWhere(events, ({ type }) => type === 'snapshot');
      for (let i = 0; i < 5; i++) payments.admit().error(new Error('down'));
      const toSample = ({ type, data }: { type: string; data: Update }) =>
        type === 'update' ? new Map(data.samples).get('payments (shadow)')?.find(([, calls]) => calls > 0) : undefined;
      const [, calls, failures, rejected] = toSample(await eventWhere(events, (event) => !!toSample(event))) ?? [];
      expect([calls, failures, rejected]).toStrictEqual([2, 2, 3]);
      const { rows } = (await eventWhere(eventsOf(`${url}/fluxgate-events`), ({ type }) => type === 'snapshot')).data;
      expect(rows).toMatchObject([
        { key: 'payments', state: 'closed', rejected: 0 },
        { key: 'payments (shadow)', state: 'open', rejected: 3, shadow: true },
      ]);
      expect(rows[0]).not.toHaveProperty('shadow');
    });

    it('should be shown of each circuit of a registry, also of later ones', async () => {
      const registry = new CircuitBreakerRegistry();
      const url = await serve(handlerOf(shadow(registry, { tripper: failureStreak(1) })));
      registry.get('stock').admit().error(new Error('down'));
      const { data } = await eventWhere(eventsOf(`${url}/fluxgate-events`), ({ data }) => data.rows.length > 0);
      expect(data.rows).toMatchObject([{ key: 'stock (shadow)', state: 'open', shadow: true }]);
    });

    it('should leave the page when the registry forgets its circuit', async () => {
      const registry = new CircuitBreakerRegistry({}, { maxSize: 1 });
      const url = await serve(handlerOf(shadow(registry, { tripper: failureStreak(1) }), { interval: 100 }));
      registry.get('stock').admit().error(new Error('down'));
      const events = eventsOf(`${url}/fluxgate-events`);
      await eventWhere(events, ({ data }) => data.rows.some(({ key }) => key === 'stock (shadow)'));
      registry.get('payments').admit().error(new Error('down'));
      const { data } = await eventWhere(events, ({ type, data }) => type === 'update' && data.gone.length > 0);
      expect([data.gone, data.rows.map(({ key }) => key)]).toStrictEqual([['stock (shadow)'], ['payments (shadow)']]);
    });
  });

  describe('a command', () => {
    afterEach(() => void (config.onUnhandledError = null));

    it('should be done if control allows it, which is asked with the request', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const control = vi.fn(async ({ headers }: IncomingMessage) => Promise.resolve(headers['x-key'] === 'good'));
      const url = await serve(handlerOf(stock, { control }));
      const headers = { 'X-Fluxgate-Command': '1', 'X-Key': 'good' };
      for (const [action, state] of [
        ['forceOpen', 'forced_open'],
        ['disable', 'disabled'],
        ['metricsOnly', 'metrics_only'],
        ['reset', 'closed'],
      ] as const) {
        const response = await command(url, `circuit=stock&action=${action}`, { headers });
        expect([response.status, await response.text(), stock.state]).toStrictEqual([204, '', state]);
      }
      expect(control.mock.calls[0]).toMatchObject([
        { method: 'POST' },
        { circuit: 'stock', action: 'forceOpen', why: '' },
      ]);
      const refused = await command(url, 'circuit=stock&action=disable', { headers: { ...headers, 'X-Key': 'bad' } });
      expect([refused.status, await refused.text(), stock.state]).toStrictEqual([403, 'not allowed\n', 'closed']);
    });

    it('should pass on the reason, on one line and cut, to control and into the signal', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const control = vi.fn(() => true);
      const url = await serve(handlerOf(stock, { control }));
      const details: string[] = [];
      stock.signal$.subscribe({ next: ({ detail }) => details.push(detail), error: expect.unreachable });
      const why = encodeURIComponent(`until 14:00\n\u001b[31m${'x'.repeat(500)}`);
      expect((await command(url, `circuit=stock&action=forceOpen&why=${why}`)).status).toBe(204);
      expect(details).toStrictEqual([expect.stringMatching(/^forceOpen\(\): until 14:00 \[31mx{180,190}…$/)]);
      expect(control).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ why: details[0]?.slice(13) }));
    });

    it('should be refused for a shadow, also if control allows all', async () => {
      const payments = new CircuitBreaker({ name: 'payments' });
      const stricter = shadow(payments, { tripper: failureStreak(1) });
      const control = vi.fn(() => true);
      const url = await serve(handlerOf([payments, stricter], { control }));
      const refused = await command(url, 'circuit=payments+(shadow)&action=forceOpen');
      expect([refused.status, await refused.text()]).toStrictEqual([409, 'a shadow takes no commands\n']);
      expect(control).not.toHaveBeenCalled();
      expect((await command(url, 'circuit=payments&action=forceOpen')).status).toBe(204);
      expect([payments.state, stricter.state]).toStrictEqual(['forced_open', 'closed']);
    });

    it('should not exist without control', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const url = await serve(handlerOf(stock));
      expect((await command(url, 'circuit=stock&action=forceOpen')).status).toBe(404);
      expect(stock.state).toBe('closed');
    });

    it.each<[string, number, RequestInit]>([
      ['circuit=stock&action=trip', 400, {}],
      ['circuit=stock&action=constructor', 400, {}],
      ['circuit=stock', 400, {}],
      ['', 400, {}],
      ['circuit=other&action=reset', 404, {}],
      ['action=reset', 404, {}],
      ['circuit=stock&action=reset', 405, { method: 'GET' }],
      ['circuit=stock&action=reset', 403, { headers: {} }],
      ['circuit=stock&action=reset', 403, { headers: { 'X-Fluxgate-Command': '1', 'Sec-Fetch-Site': 'cross-site' } }],
    ])('should not ask control for what cannot be: %s is a %d', async (query, status, init) => {
      const control = vi.fn(() => true);
      const stock = new CircuitBreaker({ name: 'stock' });
      const url = await serve(handlerOf(stock, { control }));
      stock.trip();
      expect((await command(url, query, init)).status).toBe(status);
      expect(control).not.toHaveBeenCalled();
      expect(stock.state).toBe('open');
    });

    it.each([() => 'yes', () => 1, () => undefined, () => Promise.resolve('true')])(
      'should be refused if control returns anything but true: %o',
      async (control) => {
        const stock = new CircuitBreaker({ name: 'stock' });
        const url = await serve(handlerOf(stock, { control: control as unknown as () => boolean }));
        expect((await command(url, 'circuit=stock&action=disable')).status).toBe(403);
        expect(stock.state).toBe('closed');
      },
    );

    it.each([
      [
        'throws',
        () => {
          throw new Error('no session store');
        },
      ],
      ['rejects', () => Promise.reject(new Error('no session store'))],
    ])('should not be done if control %s, which is reported', async (_how, control) => {
      const reported = vi.fn();
      config.onUnhandledError = reported;
      const stock = new CircuitBreaker({ name: 'stock' });
      const url = await serve(handlerOf(stock, { control }));
      const response = await command(url, 'circuit=stock&action=disable');
      expect([response.status, await response.text()]).toStrictEqual([500, 'the command failed\n']);
      expect(reported).toHaveBeenCalledExactlyOnceWith(new Error('no session store'));
      expect(stock.state).toBe('closed');
    });

    describe('that control takes its time for', () => {
      /** A server of which control waits for the test to allow. */
      async function setUp(breakers: Parameters<typeof dashboard>[0], also?: (response: ServerResponse) => void) {
        let allow!: (allowed: boolean) => void;
        const control = vi.fn(() => new Promise<boolean>((resolve) => (allow = resolve)));
        const handler = handlerOf(breakers, { control });
        const closed = vi.fn();
        const url = await serve((request, response) => {
          response.on('close', closed);
          handler(request, response);
          also?.(response);
        });
        const leaving = new AbortController();
        const answer = command(url, 'circuit=stock&action=disable', { signal: leaving.signal });
        await vi.waitFor(() => expect(control).toHaveBeenCalled(), 5_000);
        return { handler, answer, leaving, closed, allow: () => allow(true) };
      }

      it('should not be done, nor answered again, if another handler has answered meanwhile', async () => {
        const stock = new CircuitBreaker({ name: 'stock' });
        const { answer, allow } = await setUp(stock, (response) => response.writeHead(504).end());
        expect((await answer).status).toBe(504);
        // A second answer would be an unhandled rejection, which Vitest reports.
        allow();
        await new Promise(setImmediate);
        expect(stock.state).toBe('closed');
      });

      it('should not be done if the client has left meanwhile', async () => {
        const stock = new CircuitBreaker({ name: 'stock' });
        const { answer, leaving, closed, allow } = await setUp(stock);
        leaving.abort();
        await expect(answer).rejects.toThrow();
        await vi.waitFor(() => expect(closed).toHaveBeenCalled(), 5_000);
        allow();
        await new Promise(setImmediate);
        expect(stock.state).toBe('closed');
      });

      it('should not be done if the handler has been disposed meanwhile', async () => {
        const stock = new CircuitBreaker({ name: 'stock' });
        const { handler, answer, allow } = await setUp(stock);
        handler.dispose();
        allow();
        expect((await answer).status).toBe(503);
        expect(stock.state).toBe('closed');
      });

      it('should not be done to another circuit that has the name by now', async () => {
        const registry = new CircuitBreakerRegistry();
        const before = registry.get('stock');
        const { answer, allow } = await setUp(registry);
        registry.delete('stock');
        const after = registry.get('stock');
        const states = [before.state, after.state];
        allow();
        expect((await answer).status).toBe(404);
        expect([before.state, after.state]).toStrictEqual(states);
      });
    });

    it('should reach the breaker that is meant if several share a name', async () => {
      const [one, other] = [new CircuitBreaker({ name: 'stock' }), new CircuitBreaker({ name: 'stock' })];
      const url = await serve(handlerOf([one, other], { control: () => true }));
      await command(url, `circuit=${encodeURIComponent('stock (2)')}&action=disable`);
      expect([one.state, other.state]).toStrictEqual(['closed', 'disabled']);
    });

    it('should reach a breaker of the registry that was made a moment ago', async () => {
      const registry = new CircuitBreakerRegistry();
      const url = await serve(handlerOf(registry, { control: () => true }));
      const stock = registry.get('stock');
      expect((await command(url, 'circuit=stock&action=disable')).status).toBe(204);
      expect(stock.state).toBe('disabled');
    });
  });

  describe('dispose()', () => {
    it('should end the streams, answer 503 from then on, and leave the breakers alone', async () => {
      const stock = new CircuitBreaker({ name: 'stock' });
      const handler = handlerOf(stock);
      const url = await serve(handler);
      const events = eventsOf(`${url}/fluxgate-events`);
      await events.next();
      handler.dispose();
      await expect(eventWhere(events, () => false)).rejects.toThrow('the stream has ended');
      expect((await fetch(url)).status).toBe(503);
      stock.trip();
      expect(stock.state).toBe('open');
    });

    it('should be harmless twice', () => {
      const handler = dashboard(new CircuitBreaker());
      handler.dispose();
      expect(() => handler.dispose()).not.toThrow();
    });
  });

  it('should throw for what is no breaker', () => {
    expect(() => dashboard(new EventEmitter() as never)).toThrow(
      new TypeError(
        'dashboard: breakers must be a CircuitBreaker, a CircuitBreakerRegistry, a Shadow, a ShadowRegistry or an iterable of those, got an object',
      ),
    );
  });
});
