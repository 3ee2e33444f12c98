import { readFileSync } from 'node:fs';
import { Gauge, Registry } from 'prom-client';
import * as newClient from '@prometheus-io/client';
import { lastValueFrom, NEVER, throwError } from 'rxjs';
import { CircuitBreaker, CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { joinFleet, memoryStore, openMembers, type FleetStore } from 'rxjs-fluxgate/fleet';
import { exposeFleetMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { scrape } from './scrape.ts';

spyOnReports();
const page = readFileSync('docs/fleet.md', 'utf8');
const stock = (name: string): string => `circuit_breaker_fleet_${name}{circuit_name="stock"}`;

function join(store: FleetStore, id: string, breaker = new CircuitBreaker({ name: 'stock' })) {
  const fleet = joinFleet(breaker, { store, id, tripper: openMembers(1) });
  onTestFinished(() => fleet.unsubscribe());
  return { breaker, fleet };
}

describe('exposeFleetMetrics', () => {
  it('should show how a circuit stands with its fleet', async () => {
    const store = memoryStore();
    const [one, other] = [join(store, 'pod-1'), join(store, 'pod-2')];
    const [register, theirs] = [new Registry(), new Registry()];
    exposeFleetMetrics(one.fleet, { register });
    exposeFleetMetrics(other.fleet, { register: theirs });
    expect(await scrape(register)).toStrictEqual({
      [stock('linked')]: 0,
      [stock('members')]: 0,
      [stock('open_members')]: 0,
      [stock('prober')]: 0,
      [stock('sync_errors_total')]: 0,
    });
    await lastValueFrom(other.fleet.sync());
    await lastValueFrom(one.fleet.sync());
    expect(await scrape(register)).toMatchObject({ [stock('linked')]: 1, [stock('members')]: 2 });
    one.breaker.halfOpen();
    await lastValueFrom(one.fleet.sync());
    await lastValueFrom(other.fleet.sync());
    expect([await scrape(register), await scrape(theirs)]).toMatchObject([
      { [stock('prober')]: 1 },
      { [stock('prober')]: 0 },
    ]);
  });

  it('should count the reports without an answer', async () => {
    const register = new newClient.Registry();
    const { fleet } = join({ sync: () => throwError(() => new Error('down')), changes$: NEVER }, 'pod-1');
    exposeFleetMetrics(fleet, { register });
    await lastValueFrom(fleet.sync());
    expect(await scrape(register)).toMatchObject({ [stock('linked')]: 0, [stock('sync_errors_total')]: 2 });
  });

  it('should add the fleets of one register up, each exposed once', async () => {
    const register = new Registry();
    const [one, other] = [join(memoryStore(), 'pod-1').fleet, join(memoryStore(), 'pod-1').fleet];
    const expositions = [one, one, other].map((fleet) => exposeFleetMetrics(fleet, { register }));
    await Promise.all([one, other].map((fleet) => lastValueFrom(fleet.sync())));
    expect(await scrape(register)).toMatchObject({ [stock('linked')]: 2, [stock('members')]: 2 });
    expositions[0]?.unsubscribe();
    expect(await scrape(register)).toMatchObject({ [stock('linked')]: 2 });
    expositions[1]?.unsubscribe();
    expect(await scrape(register)).toMatchObject({ [stock('linked')]: 1 });
  });

  it('should remove the series of a circuit that has left, and all when the fleet is left', async () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry();
    registry.get('stock');
    registry.get('payments');
    const fleet = joinFleet(registry, { store: memoryStore() });
    const exposition = exposeFleetMetrics(fleet, { register });
    registry.delete('payments');
    expect(Object.keys(await scrape(register))).toHaveLength(5);
    fleet.unsubscribe();
    expect([exposition.closed, register.getMetricsAsArray()]).toStrictEqual([true, []]);
  });

  it.each([
    [{}, { register: new Registry() }, /^exposeFleetMetrics: fleet must be/],
    [undefined, { register: new Registry() }, /^exposeFleetMetrics: fleet must be/],
  ])('should refuse %o as a fleet', (fleet, options, message) => {
    expect(() => exposeFleetMetrics(fleet as never, options)).toThrow(message);
  });

  it('should refuse bad options, and a register that has such a metric of another origin', () => {
    const { fleet } = join(memoryStore(), 'pod-1');
    expect(() => exposeFleetMetrics(fleet, undefined as never)).toThrow(/^exposeFleetMetrics needs the option client/);
    expect(() => exposeFleetMetrics(fleet, { client: {} } as never)).toThrow(
      /^exposeFleetMetrics: client.register must/,
    );
    expect(() => exposeFleetMetrics(fleet, { registers: 1 } as never)).toThrow(/unknown option "registers"/);
    const register = new Registry();
    new Gauge({ name: 'circuit_breaker_fleet_members', help: '-', registers: [register] });
    expect(() => exposeFleetMetrics(fleet, { register })).toThrow(/circuit_breaker_fleet_members already/);
  });

  it('should have every metric and alert on the page', async () => {
    const register = new Registry();
    exposeFleetMetrics(join(memoryStore(), 'pod-1').fleet, { register });
    const types = [...(await register.metrics()).matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    expect(types).toHaveLength(5);
    for (const [, name, type] of types) expect(page).toMatch(new RegExp(`^\\| \`${name!}\` +\\| ${type!} `, 'm'));
    const alerts = readFileSync('docs/prometheus/fleet-alerts.yml', 'utf8').matchAll(/- alert: (\w+)/g);
    for (const [, alert] of alerts) expect(page).toContain(`\`${alert!}\``);
  });
});
