import 'zone.js/node';
import '@angular/compiler';
import { Injector, NgZone, provideZoneChangeDetection } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { asyncScheduler, firstValueFrom, Subscription } from 'rxjs';
import { CallNotPermittedError, cooldown, failureStreak, probes, retryIf, type RegistryOptions } from 'rxjs-fluxgate';
import { circuitBreakerInterceptor } from 'rxjs-fluxgate/angular';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FlakyServer } from '../../support/flaky-server.ts';
import { collect } from '../../support/collect.ts';
import { onEach } from '../../support/script.ts';
import { client, endApplications, eventually, inZone, type Client } from './application.ts';

const anHour = { tripper: failureStreak(1), retry: cooldown(3_600_000), recovery: probes(1) };

/** An application as it was before zones went: stable when no timer is pending that was set in its zone. */
async function zoned(options: RegistryOptions = anHour): Promise<Client & { zone: NgZone }> {
  const made = await client(options, [circuitBreakerInterceptor, inZone], provideZoneChangeDetection());
  const zone = made.app.injector.get(NgZone);
  expect(zone.constructor).toBe(NgZone);
  return { ...made, zone };
}

describe('an application with zone.js', () => {
  let server: FlakyServer;

  beforeAll(async () => {
    server = await FlakyServer.start();
  });
  beforeEach(() => {
    server.behaviour = { status: 500 };
  });
  afterAll(() => server.stop());
  endApplications();

  it('should notice a timer, so that the tests below can fail', async () => {
    const { app, zone } = await zoned();
    const timer = zone.run(() => setInterval(() => undefined, 3_600_000));
    expect(zone.hasPendingMacrotasks).toBe(true);
    expect(await firstValueFrom(app.isStable, { defaultValue: undefined })).toBe(false);
    zone.run(() => clearInterval(timer));
    expect(zone.hasPendingMacrotasks).toBe(false);
    await app.whenStable();
  });

  it('should be stable while an unwatched circuit is open', async () => {
    const { app, http, breakerOf, zone } = await zoned();
    zone.run(() => collect(http.get(server.url)));
    await eventually(() => expect(breakerOf(server.url).state).toBe('open'));
    await eventually(() => expect(zone.hasPendingMacrotasks).toBe(false));
    await app.whenStable();
  });

  it('should be stable after a rejection', async () => {
    const { app, http, breakerOf, zone } = await zoned();
    zone.run(() => breakerOf(server.url).trip());
    expect(zone.run(() => collect(http.get(server.url)))).toStrictEqual(['#', expect.any(CallNotPermittedError)]);
    expect(zone.hasPendingMacrotasks).toBe(false);
    await app.whenStable();
  });

  it('should be stable after a probe has succeeded, and after one was left', async () => {
    const { app, http, breakerOf, zone } = await zoned({ ...anHour, retry: () => 0 });
    for (const behaviour of ['hang', {}] as const) {
      zone.run(() => breakerOf(server.url).trip());
      server.behaviour = behaviour;
      server.requests = 0;
      const probe = zone.run(() => onEach(http.get(server.url), () => undefined));
      await eventually(() => expect(server.requests).toBe(1));
      expect(breakerOf(server.url).state).toMatch(/half_open|closed/);
      if (behaviour === 'hang') zone.run(() => probe.unsubscribe());
      await eventually(() => expect(zone.hasPendingMacrotasks).toBe(false));
      await app.whenStable();
    }
    expect(breakerOf(server.url).state).toBe('closed');
  });

  describe.each([
    ['in the zone', (zone: NgZone, watch: () => void) => zone.run(watch)],
    ['outside of the zone', (zone: NgZone, watch: () => void) => zone.runOutsideAngular(watch)],
  ])('whose open circuit is watched %s', (_where, run) => {
    async function openAndWatched(
      options?: RegistryOptions,
    ): Promise<Client & { zone: NgZone; watching: Subscription }> {
      const made = await zoned(options);
      const { app, http, breakerOf, zone } = made;
      const watching = new Subscription();
      run(zone, () => watching.add(breakerOf(server.url).state$.subscribe()));
      await app.whenStable();
      zone.run(() => collect(http.get(server.url)));
      await eventually(() => expect(breakerOf(server.url).state).toBe('open'));
      return { ...made, watching };
    }

    it('should be stable', async () => {
      const { app, zone } = await openAndWatched();
      await eventually(() => expect(zone.hasPendingMacrotasks).toBe(false));
      await app.whenStable();
    });

    it('should be unstable with the asyncScheduler, until it is watched no more', async () => {
      const { app, zone, watching } = await openAndWatched({ ...anHour, scheduler: asyncScheduler });
      expect(zone.hasPendingMacrotasks).toBe(true);
      expect(await firstValueFrom(app.isStable, { defaultValue: undefined })).toBe(false);
      zone.run(() => watching.unsubscribe());
      expect(zone.hasPendingMacrotasks).toBe(false);
      await app.whenStable();
    });
  });

  it('should be stable while a probe is in flight that another page has begun', async () => {
    const { app, breakerOf, zone } = await zoned({ ...anHour, retry: () => 0 });
    zone.run(() => breakerOf(server.url).trip());
    const probe = zone.run(() => breakerOf(server.url).admit());
    expect(breakerOf(server.url).state).toBe('half_open');
    expect(zone.hasPendingMacrotasks).toBe(false);
    await app.whenStable();
    probe.unsubscribe();
  });

  it('should be stable while a retryIf asks its check', async () => {
    let checks = 0;
    const retry = retryIf(() => ++checks > 3, { every: 10 });
    const { app, breakerOf, zone } = await zoned({ ...anHour, retry });
    zone.run(() => breakerOf(server.url).state$.subscribe());
    zone.run(() => breakerOf(server.url).trip());
    expect(zone.hasPendingMacrotasks).toBe(false);
    await app.whenStable();
    await eventually(() => expect(breakerOf(server.url).state).toBe('half_open'));
    expect(zone.hasPendingMacrotasks).toBe(false);
  });

  it('should be stable although an open circuit is watched, if it opened outside of the zone', async () => {
    const { app, breakerOf, zone } = await zoned();
    zone.run(() => breakerOf(server.url).state$.subscribe());
    zone.runOutsideAngular(() => breakerOf(server.url).trip());
    expect(zone.hasPendingMacrotasks).toBe(false);
    await app.whenStable();
  });
});

describe('an application without zones', () => {
  endApplications();

  it('should be stable also while an open circuit is watched', async () => {
    const { app, registry } = await client(anHour);
    const state = toSignal(registry.get('stock').state$, {
      requireSync: true,
      injector: app.injector.get(Injector),
    });
    registry.get('stock').trip();
    expect(state()).toBe('open');
    await app.whenStable();
  });
});
