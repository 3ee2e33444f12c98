import type { CanActivate, ExecutionContext, Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
import {
  CircuitBreakerInterceptor,
  CircuitBreakerModule,
  DashboardModule,
  type DashboardModuleOptions,
} from 'rxjs-fluxgate/nestjs';
import { describe, expect, it } from 'vitest';
import { runApp } from './run-app.ts';

class DenyAll implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

class OperatorsOnly implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['authorization'] === 'Bearer operator';
  }
}

/** As a browser sends it from the page itself. */
const headers = { authorization: 'Bearer operator', 'sec-fetch-site': 'same-origin', 'x-fluxgate-command': '1' };

describe.each<[string, () => AbstractHttpAdapter]>([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('DashboardModule, on %s', (_, adapter) => {
  async function start(options: Partial<DashboardModuleOptions> = {}, ...providers: Provider[]) {
    const imports = [
      CircuitBreakerModule.forRoot({ silent: true }),
      DashboardModule.forRoot({ guards: [], ...options }),
    ];
    const { app, url } = await runApp({ imports, providers }, adapter(), { forceCloseConnections: false });
    return { app, url: `${url}/${options.path ?? 'circuits'}`, registry: app.get(CircuitBreakerRegistry) };
  }

  it('should serve the page and its events', async () => {
    const { url, registry } = await start({ title: 'Shop' });
    registry.get('payments').forceOpen();
    const page = await fetch(url);
    expect([page.status, page.headers.get('content-type')]).toStrictEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<!doctype html>');
    const events = await fetch(`${url}/fluxgate-events`);
    const { value } = await events.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toMatch(/event: snapshot\ndata: .*payments.*forced_open/s);
  });

  it('should be behind the guards of the application', async () => {
    const { url } = await start({}, { provide: APP_GUARD, useClass: DenyAll });
    for (const path of ['', '/fluxgate-events']) expect((await fetch(url + path)).status).toBe(403);
    expect((await fetch(`${url}/fluxgate-command`, { method: 'POST' })).status).toBe(403);
  });

  it('should be behind its own guards, also its commands', async () => {
    const options = { path: 'ops/circuits', guards: [OperatorsOnly], control: () => true };
    const { url, registry } = await start(options);
    const payments = registry.get('payments');
    const command = `${url}/fluxgate-command?action=forceOpen&circuit=payments`;
    expect([(await fetch(url)).status, (await fetch(command, { method: 'POST' })).status]).toStrictEqual([403, 403]);
    expect(payments.state).toBe('closed');
    expect((await fetch(url, { headers })).status).toBe(200);
    expect((await fetch(command, { method: 'POST', headers })).status).toBe(204);
    expect(payments.state).toBe('forced_open');
  });

  it('should not be guarded by a breaker', async () => {
    const { url, registry } = await start({}, { provide: APP_INTERCEPTOR, useClass: CircuitBreakerInterceptor });
    expect((await fetch(url)).status).toBe(200);
    expect([...registry]).toStrictEqual([]);
  });

  it('should end its open pages when the application shuts down', async () => {
    const { app, url } = await start();
    const events = await fetch(`${url}/fluxgate-events`);
    const reader = events.body!.getReader();
    await reader.read();
    // It would wait for the page until the test timed out.
    await app.close();
    const rest = await reader.read().catch(() => ({ done: true }));
    expect(rest.done).toBe(true);
  });
});

describe('DashboardModule.forRoot', () => {
  it.each<[unknown, string]>([
    [undefined, 'DashboardModule: options must be an object, got undefined'],
    [{}, 'DashboardModule: guards must be an array of guards, or an empty one, got undefined'],
    [{ guards: [5] }, 'DashboardModule: canActivate of each of guards must be a function, got undefined'],
    [{ guards: [], path: 5 }, 'DashboardModule: path must be a string, got 5'],
    [{ guards: [], tilte: 'Shop' }, 'DashboardModule got an unknown option "tilte"'],
  ])('should refuse %j', (options, message) => {
    expect(() => DashboardModule.forRoot(options as never)).toThrow(message);
  });

  it('should not let an application start with bad options of the dashboard', async () => {
    const imports = [CircuitBreakerModule.forRoot({}), DashboardModule.forRoot({ guards: [], interval: 5 })];
    await expect(runApp({ imports })).rejects.toThrow(/dashboard: interval/);
  });
});
