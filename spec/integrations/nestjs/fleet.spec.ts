import { Test } from '@nestjs/testing';
import { CircuitBreaker, CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { joinFleet, memoryStore, type Fleet } from 'rxjs-fluxgate/fleet';
import { CIRCUIT_BREAKER_FLEET, CircuitBreakerModule, type CircuitBreakerModuleConfig } from 'rxjs-fluxgate/nestjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

async function start(module: ReturnType<typeof CircuitBreakerModule.forRoot>) {
  const app = await Test.createTestingModule({ imports: [module] }).compile();
  onTestFinished(() => app.close());
  return app;
}

describe('CircuitBreakerModule with a fleet', () => {
  const store = memoryStore();
  const config: CircuitBreakerModuleConfig = { fleet: { store, id: 'pod-1' }, silent: true };

  it.each([
    ['among the options', () => CircuitBreakerModule.forRoot(config)],
    ['beside a function', () => CircuitBreakerModule.forRoot(() => ({}), config)],
    ['from a factory', () => CircuitBreakerModule.forRootAsync({ useFactory: () => config })],
  ])('should make its breakers members until the application is closed, %s', async (title, toModule) => {
    const app = await start(toModule());
    const fleet = app.get<Fleet>(CIRCUIT_BREAKER_FLEET);
    const stock = app.get(CircuitBreakerRegistry).get(title);
    const other = new CircuitBreaker({ name: title });
    const others = joinFleet(other, { store, id: 'pod-2' });
    expect(fleet.status().map(({ circuit }) => circuit)).toStrictEqual([title]);
    other.forceOpen('ticket 4711');
    await eventually(() => stock.info().lastSignal?.detail).toBe(
      'forced open by the fleet (pod-2): forceOpen(): ticket 4711',
    );
    await app.close();
    expect(fleet.closed).toBe(true);
    others.unsubscribe();
  });

  it('should provide undefined without the option', async () => {
    const app = await start(CircuitBreakerModule.forRoot({ silent: true }));
    expect(app.get(CIRCUIT_BREAKER_FLEET)).toBeUndefined();
  });

  it('should refuse bad options of the fleet at once', () => {
    expect(() => CircuitBreakerModule.forRoot({ fleet: {} as never })).toThrow(/^joinFleet: store must be/);
  });
});
