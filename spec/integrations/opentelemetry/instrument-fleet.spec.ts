import { lastValueFrom, NEVER, throwError } from 'rxjs';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { joinFleet, memoryStore, type FleetStore } from 'rxjs-fluxgate/fleet';
import { instrumentFleet } from 'rxjs-fluxgate/opentelemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { newCollector } from './collector.ts';

spyOnReports();

function join(store: FleetStore, id: string) {
  const breaker = new CircuitBreaker({ name: 'stock' });
  const fleet = joinFleet(breaker, { store, id });
  onTestFinished(() => fleet.unsubscribe());
  return { breaker, fleet };
}

describe('instrumentFleet', () => {
  it('should observe how a circuit stands with its fleet, until it is left', async () => {
    const { meterProvider, numbers } = newCollector();
    const { breaker, fleet } = join(memoryStore(), 'pod-1');
    const reporting = instrumentFleet(fleet, { meterProvider });
    breaker.halfOpen();
    await lastValueFrom(fleet.sync());
    expect(await numbers()).toStrictEqual({
      'circuit_breaker.fleet.linked stock': 1,
      'circuit_breaker.fleet.members stock': 1,
      'circuit_breaker.fleet.members.open stock': 0,
      'circuit_breaker.fleet.prober stock': 1,
      'circuit_breaker.fleet.sync.errors stock': 0,
    });
    fleet.unsubscribe();
    expect(reporting.closed).toBe(true);
  });

  it('should count the reports without an answer', async () => {
    const { meterProvider, numbers } = newCollector();
    const { fleet } = join({ sync: () => throwError(() => new Error('down')), changes$: NEVER }, 'pod-1');
    instrumentFleet(fleet, { meterProvider });
    await lastValueFrom(fleet.sync());
    expect(await numbers()).toMatchObject({
      'circuit_breaker.fleet.linked stock': 0,
      'circuit_breaker.fleet.sync.errors stock': 2,
    });
  });

  it('should refuse bad arguments', () => {
    const { fleet } = join(memoryStore(), 'pod-1');
    expect(() => instrumentFleet({} as never)).toThrow(/^instrumentFleet: fleet must be/);
    expect(() => instrumentFleet(fleet, { meter: 1 } as never)).toThrow(/unknown option "meter"/);
    expect(() => instrumentFleet(fleet, { meterProvider: {} as never })).toThrow(/^instrumentFleet: meterProvider/);
  });
});
