import '@angular/compiler';
import { HttpClient, httpResource, type HttpResourceRef } from '@angular/common/http';
import {
  inject,
  Injector,
  runInInjectionContext,
  signal,
  TransferState,
  type ResourceRef,
  type Signal,
} from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { failureStreak, isCallNotPermitted, never } from 'rxjs-fluxgate';
import { circuitBreakerInterceptor } from 'rxjs-fluxgate/angular';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';
import { client, endApplications, eventually, type Client } from './application.ts';

type Stock = HttpResourceRef<unknown> | ResourceRef<unknown>;

describe.each<[string, (url: Signal<string>) => Stock]>([
  ['httpResource', (url) => httpResource(() => url())],
  [
    'rxResource',
    (url) => {
      const http = inject(HttpClient);
      return rxResource({ params: () => url(), stream: ({ params }) => http.get(params) });
    },
  ],
])('%s', (_, make) => {
  let server: FlakyServer;

  beforeAll(async () => {
    server = await FlakyServer.start();
  });
  beforeEach(() => {
    server.behaviour = {};
    server.requests = 0;
  });
  afterAll(() => server.stop());
  endApplications();

  async function stock(): Promise<Client & { resource: Stock; settled: () => Promise<void> }> {
    // A resource looks for what a server has loaded, which a test without a document has to provide.
    const nothing = { provide: TransferState, useValue: new TransferState() };
    const options = { tripper: failureStreak(2), retry: never() };
    const made = await client(options, [circuitBreakerInterceptor], nothing);
    const resource = runInInjectionContext(made.app.injector.get(Injector), () => make(signal(server.url)));
    const settled = async (): Promise<void> => {
      made.app.tick();
      await eventually(() => expect(resource.isLoading()).toBe(false));
    };
    return { ...made, resource, settled };
  }

  it('should open its circuit by failures, end with the rejection, and come back by reload()', async () => {
    const { breakerOf, resource, settled } = await stock();
    await settled();
    expect([resource.status(), resource.value()]).toStrictEqual(['resolved', { ok: true }]);

    server.behaviour = { status: 503 };
    for (let i = 0; i < 2; i++) {
      resource.reload();
      await settled();
      expect(resource.error()).toMatchObject({ status: 503 });
    }
    expect(breakerOf(server.url).state).toBe('open');

    resource.reload();
    await settled();
    expect([resource.status(), isCallNotPermitted(resource.error())]).toStrictEqual(['error', true]);
    expect(server.requests).toBe(3);

    server.behaviour = {};
    breakerOf(server.url).reset();
    resource.reload();
    await settled();
    expect([resource.status(), resource.value(), resource.error()]).toStrictEqual([
      'resolved',
      { ok: true },
      undefined,
    ]);
  });
});
