import { Counter, Gauge, Registry, type OpenMetricsContentType } from 'prom-client';
import { CircuitBreaker, CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it, vi } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { succeed } from '../../support/script.ts';
import { circuits, nonZero } from './scrape.ts';

const NAMES = [
  'circuit_breaker_state',
  'circuit_breaker_calls_in_flight',
  'circuit_breaker_reopens',
  'circuit_breaker_state_transition_total',
  'circuit_breaker_calls_total',
  'circuit_breaker_call_duration_seconds',
];

function metricsIn(register: Registry): string[] {
  return register.getMetricsAsArray().map(({ name }) => name);
}

describe('CircuitMetrics', () => {
  it('should make six metrics in a register, for all that is exposed there', async () => {
    const register = new Registry();
    for (const name of ['a', 'b']) exposeMetrics(new CircuitBreaker({ name }), { register });
    expect(metricsIn(register)).toStrictEqual(NAMES);
    expect(await circuits(register)).toStrictEqual(['a', 'b']);
  });

  it('should remove what was exposed when that is unsubscribed, and leave the rest', async () => {
    const register = new Registry();
    const [a, b] = [new CircuitBreaker({ name: 'a' }), new CircuitBreaker({ name: 'b' })];
    const exposition = exposeMetrics(a, { register });
    exposeMetrics(b, { register });
    for (const breaker of [a, b]) succeed(breaker);
    expect(await circuits(register)).toStrictEqual(['a', 'b']);
    exposition.unsubscribe();
    for (const name of NAMES) expect(await circuits(register, name)).toStrictEqual(['b']);
    succeed(a);
    expect(await circuits(register)).toStrictEqual(['b']);
  });

  it('should remove the metrics with the last that was exposed', () => {
    const register = new Registry();
    const others = new Gauge({ name: 'others', help: 'not ours', registers: [register] });
    const expositions = ['a', 'b'].map((name) => exposeMetrics(new CircuitBreaker({ name }), { register }));
    expositions[0]!.unsubscribe();
    expect(metricsIn(register)).toStrictEqual(['others', ...NAMES]);
    expositions[1]!.unsubscribe();
    expect(register.getMetricsAsArray()).toStrictEqual([others]);
    exposeMetrics(new CircuitBreaker(), { register, durationBuckets: [7] });
    expect(metricsIn(register)).toStrictEqual(['others', ...NAMES]);
  });

  it('should watch the breaker while it is exposed, and no longer', () => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler });
    const exposition = exposeMetrics(breaker, { register: new Registry() });
    breaker.trip();
    expect(scheduler.timers).toBe(1);
    exposition.unsubscribe();
    expect(scheduler.timers).toBe(0);
  });

  it('should not count a call of what is exposed no longer', async () => {
    const register = new Registry();
    const twins = [new CircuitBreaker({ name: 'twin' }), new CircuitBreaker({ name: 'twin' })] as const;
    const expositions = twins.map((breaker) => exposeMetrics(breaker, { register }));
    expositions[0]!.unsubscribe();
    for (const breaker of twins) {
      succeed(breaker);
      breaker.trip();
    }
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="twin",outcome="success"}': 1,
    });
    expect(await nonZero(register, 'circuit_breaker_state_transition_total')).toStrictEqual({
      'circuit_breaker_state_transition_total{circuit_name="twin",old_state="closed",new_state="open"}': 1,
    });
  });

  it('should remove the series of a breaker that is disposed', async () => {
    const register = new Registry();
    const [a, b] = [new CircuitBreaker({ name: 'a' }), new CircuitBreaker({ name: 'b' })];
    const exposition = exposeMetrics([a, b], { register });
    for (const breaker of [a, b]) succeed(breaker);
    a.dispose();
    for (const name of NAMES) expect(await circuits(register, name)).toStrictEqual(['b']);
    expect(exposition.closed).toBe(false);
    b.dispose();
    expect(exposition.closed).toBe(true);
    expect(metricsIn(register)).toStrictEqual([]);
  });

  it('should expose nothing of a breaker that is disposed already', () => {
    const register = new Registry();
    const breaker = new CircuitBreaker();
    breaker.dispose();
    expect(exposeMetrics(breaker, { register }).closed).toBe(true);
    expect(metricsIn(register)).toStrictEqual([]);
  });

  it.each([
    ['deleted', (registry: CircuitBreakerRegistry) => registry.delete('a')],
    ['evicted', (registry: CircuitBreakerRegistry) => registry.get('c')],
  ])('should remove the series of a breaker that is %s from its registry', async (_how, remove) => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry({}, { maxSize: 2 });
    exposeMetrics(registry, { register });
    for (const name of ['a', 'b']) succeed(registry.get(name));
    expect(await circuits(register)).toStrictEqual(['a', 'b']);
    remove(registry);
    for (const name of NAMES) expect(await circuits(register, name)).not.toContain('a');
    for (const name of NAMES) expect(await circuits(register, name)).toContain('b');
  });

  it('should go with the registry that it exposes', () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry();
    registry.get('a');
    const exposition = exposeMetrics(registry, { register });
    registry.dispose();
    expect(exposition.closed).toBe(true);
    expect(metricsIn(register)).toStrictEqual([]);
  });

  it('should throw, and register nothing, where another metric has that name', () => {
    const register = new Registry();
    new Counter({ name: 'circuit_breaker_calls_total', help: 'not ours', registers: [register] });
    expect(() => exposeMetrics(new CircuitBreaker(), { register })).toThrow(
      new TypeError(
        'exposeMetrics: register has a metric circuit_breaker_calls_total already that is not of rxjs-fluxgate',
      ),
    );
    expect(metricsIn(register)).toStrictEqual(['circuit_breaker_calls_total']);
  });

  it('should throw where the register has other buckets, and take the same', () => {
    const register = new Registry();
    exposeMetrics(new CircuitBreaker(), { register, durationBuckets: [1, 2] });
    expect(() => exposeMetrics(new CircuitBreaker(), { register, durationBuckets: [1, 3] })).toThrow(
      new RangeError('exposeMetrics: durationBuckets must be those that the register has already, [1, 2], got [1, 3]'),
    );
    expect(() => exposeMetrics(new CircuitBreaker(), { register, durationBuckets: [1, 2] })).not.toThrow();
    expect(() => exposeMetrics(new CircuitBreaker(), { register })).not.toThrow();
  });

  it('should start again in a register that was cleared, and leave alone what is there then', async () => {
    const register = new Registry();
    const old = exposeMetrics(new CircuitBreaker({ name: 'old' }), { register });
    register.clear();
    exposeMetrics(new CircuitBreaker({ name: 'new' }), { register });
    expect(await circuits(register)).toStrictEqual(['new']);
    old.unsubscribe();
    expect(metricsIn(register)).toStrictEqual(NAMES);
  });

  it('should count for each register what is exposed in several', async () => {
    const registers = [new Registry(), new Registry()];
    const breaker = new CircuitBreaker({ name: 'stock' });
    for (const register of registers) exposeMetrics(breaker, { register });
    succeed(breaker);
    for (const register of registers) {
      expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
        'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 1,
      });
    }
  });

  it('should share the metrics with another copy of the package', async () => {
    const register = new Registry();
    exposeMetrics(new CircuitBreaker({ name: 'one' }), { register });
    vi.resetModules();
    const [core, prometheus] = await Promise.all([import('rxjs-fluxgate'), import('rxjs-fluxgate/prometheus')]);
    expect(prometheus.exposeMetrics).not.toBe(exposeMetrics);
    const exposition = prometheus.exposeMetrics(new core.CircuitBreaker({ name: 'other' }), { register });
    expect(await circuits(register)).toStrictEqual(['one', 'other']);
    exposition.unsubscribe();
    expect(await circuits(register)).toStrictEqual(['one']);
  });

  it('should work in a register for OpenMetrics, again and again', async () => {
    const register = new Registry<OpenMetricsContentType>();
    register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const breaker = new CircuitBreaker({ name: 'stock' });
    const exposition = exposeMetrics(breaker, { register });
    succeed(breaker);
    for (let i = 0; i < 2; i++) {
      expect(await register.metrics()).toContain(
        'circuit_breaker_calls_total{circuit_name="stock",outcome="success"} 1',
      );
    }
    exposeMetrics(new CircuitBreaker({ name: 'late' }), { register }).unsubscribe();
    exposition.unsubscribe();
    expect(register.getMetricsAsArray()).toStrictEqual([]);
  });
});
