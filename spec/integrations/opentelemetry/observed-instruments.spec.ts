import type { Meter } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { CircuitBreaker, CircuitBreakerRegistry, cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { describe, expect, it, vi, type Mock } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { newCollector, only } from './collector.ts';

const STATES = ['closed', 'open', 'half_open', 'metrics_only', 'disabled', 'forced_open'];

/** All states of a breaker: 1 in the one given, 0 in the others. */
function statesOf(name: string, current?: string): Record<string, number> {
  return Object.fromEntries(
    STATES.map((state) => [`circuit_breaker.state ${name} ${state}`, state === current ? 1 : 0]),
  );
}

/** How often callbacks are removed from the meters of a provider. */
function spyOnRemovals(meter: Meter): Mock {
  return vi.spyOn(Object.getPrototypeOf(meter) as Meter, 'removeBatchObservableCallback');
}

describe('the observed instruments', () => {
  const reported = spyOnReports();

  it('should report the state by a 1 among zeros, through an outage', async () => {
    const { meterProvider, numbers } = newCollector();
    const time = new ManualScheduler();
    const breaker = new CircuitBreaker({
      name: 'stock',
      tripper: failureStreak(2),
      retry: cooldown(1_000),
      recovery: probes(1),
      scheduler: time,
    });
    instrument(breaker, { meterProvider });
    expect(await numbers()).toMatchObject(statesOf('stock', 'closed'));
    fail(breaker);
    fail(breaker);
    expect(await numbers()).toMatchObject(statesOf('stock', 'open'));
    time.pass(1_000);
    expect(await numbers()).toMatchObject(statesOf('stock', 'half_open'));
    succeed(breaker);
    expect(await numbers()).toMatchObject(statesOf('stock', 'closed'));
    breaker.metricsOnly();
    expect(await numbers()).toMatchObject(statesOf('stock', 'metrics_only'));
    breaker.disable();
    expect(await numbers()).toMatchObject(statesOf('stock', 'disabled'));
    breaker.forceOpen();
    expect(await numbers()).toMatchObject(statesOf('stock', 'forced_open'));
  });

  it('should report the calls in flight', async () => {
    const { meterProvider, numbers } = newCollector();
    const breaker = new CircuitBreaker({ name: 'stock' });
    instrument(breaker, { meterProvider });
    const calls = [breaker.admit(), breaker.admit()];
    expect(only('circuit_breaker.call.active', await numbers())).toStrictEqual({ stock: 2 });
    calls[0]!.complete();
    expect(only('circuit_breaker.call.active', await numbers())).toStrictEqual({ stock: 1 });
    calls[1]!.unsubscribe();
    expect(await numbers()).toMatchObject({ 'circuit_breaker.call.active stock': 0 });
  });

  it('should report how often it has reopened since it was closed', async () => {
    const { meterProvider, numbers } = newCollector();
    const time = new ManualScheduler();
    const breaker = new CircuitBreaker({
      name: 'stock',
      tripper: failureStreak(1),
      retry: cooldown(1_000),
      recovery: probes(1),
      scheduler: time,
    });
    instrument(breaker, { meterProvider });
    for (let i = 0; i < 3; i++) {
      fail(breaker);
      time.pass(1_000);
    }
    expect(await numbers()).toMatchObject({ 'circuit_breaker.reopens stock': 2 });
    succeed(breaker);
    expect(await numbers()).toMatchObject({ 'circuit_breaker.reopens stock': 0 });
  });

  it('should add up breakers of one name', async () => {
    const { meterProvider, numbers } = newCollector();
    const time = new ManualScheduler();
    const [one, two, three] = [1, 2, 3].map(
      () =>
        new CircuitBreaker({
          name: 'stock',
          tripper: failureStreak(1),
          retry: cooldown(1_000),
          recovery: probes(1),
          scheduler: time,
        }),
    ) as [CircuitBreaker, CircuitBreaker, CircuitBreaker];
    instrument([one, two, three], { meterProvider });
    fail(one);
    time.pass(1_000);
    fail(one);
    two.admit();
    three.admit();
    expect(await numbers()).toMatchObject({
      'circuit_breaker.state stock closed': 2,
      'circuit_breaker.state stock open': 1,
      'circuit_breaker.call.active stock': 2,
      'circuit_breaker.reopens stock': 1,
    });
  });

  it('should report a breaker that a registry made later, and no more one that it removed', async () => {
    const { meterProvider, numbers } = newCollector(AggregationTemporality.DELTA);
    const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
    instrument(registry, { meterProvider });
    expect(await numbers()).toStrictEqual({});
    registry.get('a');
    registry.get('b');
    const names = (keys: object): string[] =>
      Object.keys(keys)
        .filter((key) => key.startsWith('circuit_breaker.reopens'))
        .map((key) => key.slice(-1));
    expect(names(await numbers())).toStrictEqual(['a', 'b']);
    registry.get('c');
    await numbers();
    expect(names(await numbers())).toStrictEqual(['b', 'c']);
    registry.delete('b');
    await numbers();
    expect(names(await numbers())).toStrictEqual(['c']);
    registry.dispose();
    await numbers();
    expect(await numbers()).toStrictEqual({});
  });

  it('should report 0 last for a breaker that is gone, because an SDK may repeat the last value forever', async () => {
    const { meterProvider, numbers } = newCollector();
    const registry = new CircuitBreakerRegistry();
    instrument(registry, { meterProvider });
    registry.get('a').admit();
    registry.get('a').trip();
    registry.get('b').trip();
    expect(await numbers()).toMatchObject({ ...statesOf('a', 'open'), ...statesOf('b', 'open') });
    registry.delete('a');
    const expected = { ...statesOf('a'), ...statesOf('b', 'open'), 'circuit_breaker.call.active a': 0 };
    expect(await numbers()).toMatchObject(expected);
    expect(await numbers()).toMatchObject(expected);
    registry.get('a');
    expect(await numbers()).toMatchObject(statesOf('a', 'closed'));
  });

  it.each([
    ['is disposed', (breaker: CircuitBreaker) => breaker.dispose()],
    ['is no longer instrumented', (_: CircuitBreaker, unsubscribe: () => void) => unsubscribe()],
  ])('should report 0 once for a breaker that %s, and then drop the callback', async (_, end) => {
    const { meterProvider, numbers } = newCollector();
    const removed = spyOnRemovals(meterProvider.getMeter('any'));
    const breaker = new CircuitBreaker({ name: 'stock' });
    const subscription = instrument(breaker, { meterProvider });
    breaker.forceOpen();
    await numbers();
    end(breaker, () => subscription.unsubscribe());
    expect(subscription.closed).toBe(true);
    const info = vi.spyOn(breaker, 'info');
    expect(await numbers()).toMatchObject(statesOf('stock'));
    expect(removed).toHaveBeenCalledOnce();
    await numbers();
    expect(info).not.toHaveBeenCalled();
    expect(removed).toHaveBeenCalledOnce();
  });

  it('should drop the callback at once if nothing was collected yet', () => {
    const { meterProvider } = newCollector();
    const removed = spyOnRemovals(meterProvider.getMeter('any'));
    instrument(new CircuitBreaker(), { meterProvider }).unsubscribe();
    expect(removed).toHaveBeenCalledOnce();
  });

  it('should not make the SDK pass over another when it drops a callback', async () => {
    const { meterProvider, numbers } = newCollector();
    const [a, b] = ['a', 'b'].map((name) => new CircuitBreaker({ name })) as [CircuitBreaker, CircuitBreaker];
    const subscription = instrument(a, { meterProvider });
    instrument(b, { meterProvider });
    await numbers();
    subscription.unsubscribe();
    b.trip();
    expect(await numbers()).toMatchObject({ ...statesOf('a'), ...statesOf('b', 'open') });
  });

  it('should report the other breakers if the window of one is broken, and report that', async () => {
    const { meterProvider, numbers } = newCollector();
    const broken = new CircuitBreaker({
      name: 'broken',
      window: () => ({
        record: () => undefined,
        reset: () => undefined,
        getMetric: () => {
          throw new Error('no metric');
        },
      }),
    });
    const subscription = instrument([broken, new CircuitBreaker({ name: 'stock' })], { meterProvider });
    expect(only('circuit_breaker.state', await numbers())).toStrictEqual({ 'stock closed': 1 });
    expect(reported).toHaveBeenCalledExactlyOnceWith(new Error('no metric'));
    subscription.unsubscribe();
  });
});
