import { Registry } from 'prom-client';
import { admitAll, CircuitBreaker, CircuitBreakerRegistry, instanceOf, probes } from 'rxjs-fluxgate';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it, vi } from 'vitest';
import { CircuitStats } from '../../../lib/integrations/prometheus/circuit-stats.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { circuits, nonZero, scrape } from './scrape.ts';

describe('the metrics of events', () => {
  it('should begin at 0 with every outcome and every way of a circuit', async () => {
    const register = new Registry();
    exposeMetrics(new CircuitBreaker({ name: 'stock' }), { register });
    expect(await scrape(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 0,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="failure"}': 0,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="ignored"}': 0,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="cancelled"}': 0,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="rejected"}': 0,
    });
    expect(await scrape(register, 'circuit_breaker_state_transition_total')).toStrictEqual({
      'circuit_breaker_state_transition_total{circuit_name="stock",old_state="closed",new_state="open"}': 0,
      'circuit_breaker_state_transition_total{circuit_name="stock",old_state="open",new_state="half_open"}': 0,
      'circuit_breaker_state_transition_total{circuit_name="stock",old_state="half_open",new_state="open"}': 0,
      'circuit_breaker_state_transition_total{circuit_name="stock",old_state="half_open",new_state="closed"}': 0,
    });
    expect(await scrape(register, 'circuit_breaker_call_duration_seconds_count')).toStrictEqual({
      'circuit_breaker_call_duration_seconds_count{circuit_name="stock",outcome="success"}': 0,
      'circuit_breaker_call_duration_seconds_count{circuit_name="stock",outcome="failure"}': 0,
    });
  });

  it('should count the calls by how they ended', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock', tracker: instanceOf(TypeError) });
    exposeMetrics(breaker, { register });
    for (let i = 0; i < 5; i++) succeed(breaker);
    for (let i = 0; i < 4; i++) fail(breaker, new TypeError('down'));
    for (let i = 0; i < 3; i++) fail(breaker, new Error('not mine'));
    for (let i = 0; i < 2; i++) breaker.admit().unsubscribe();
    breaker.forceOpen();
    expect(() => breaker.admit()).toThrow('not permitted');
    expect(await scrape(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 5,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="failure"}': 4,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="ignored"}': 3,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="cancelled"}': 2,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="rejected"}': 1,
    });
  });

  it('should count a call that ended after the state had changed', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock' });
    exposeMetrics(breaker, { register });
    const call = breaker.admit();
    breaker.trip();
    call.complete();
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 1,
    });
  });

  it('should count the state changes, also those by command', async () => {
    const register = new Registry();
    const breaker = new CircuitBreaker({ name: 'stock', permit: admitAll(), recovery: probes(1), retry: () => 0 });
    exposeMetrics(breaker, { register });
    breaker.trip();
    fail(breaker);
    succeed(breaker);
    breaker.disable();
    const of = (from: string, to: string): string =>
      `circuit_breaker_state_transition_total{circuit_name="stock",old_state="${from}",new_state="${to}"}`;
    expect(await nonZero(register, 'circuit_breaker_state_transition_total')).toStrictEqual({
      [of('closed', 'open')]: 1,
      [of('open', 'half_open')]: 2,
      [of('half_open', 'open')]: 1,
      [of('half_open', 'closed')]: 1,
      [of('closed', 'disabled')]: 1,
    });
  });

  it('should observe durations in seconds, of successes and failures alone', async () => {
    const register = new Registry();
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ name: 'stock', tracker: instanceOf(TypeError), scheduler });
    exposeMetrics(breaker, { register, durationBuckets: [0.1, 2] });
    const calls = Array.from({ length: 5 }, () => breaker.admit());
    scheduler.pass(100);
    calls[0]!.complete();
    scheduler.pass(1_400);
    calls[1]!.complete();
    scheduler.pass(1_000);
    calls[2]!.error(new TypeError('down'));
    calls[3]!.error(new Error('not mine'));
    calls[4]!.unsubscribe();
    const name = 'circuit_breaker_call_duration_seconds';
    expect(await scrape(register, name)).toStrictEqual({
      [`${name}_bucket{le="0.1",circuit_name="stock",outcome="success"}`]: 1,
      [`${name}_bucket{le="2",circuit_name="stock",outcome="success"}`]: 2,
      [`${name}_bucket{le="+Inf",circuit_name="stock",outcome="success"}`]: 2,
      [`${name}_sum{circuit_name="stock",outcome="success"}`]: 1.6,
      [`${name}_count{circuit_name="stock",outcome="success"}`]: 2,
      [`${name}_bucket{le="0.1",circuit_name="stock",outcome="failure"}`]: 0,
      [`${name}_bucket{le="2",circuit_name="stock",outcome="failure"}`]: 0,
      [`${name}_bucket{le="+Inf",circuit_name="stock",outcome="failure"}`]: 1,
      [`${name}_sum{circuit_name="stock",outcome="failure"}`]: 2.5,
      [`${name}_count{circuit_name="stock",outcome="failure"}`]: 1,
    });
  });

  it("should have the clients' buckets unless others are given", async () => {
    const register = new Registry();
    exposeMetrics(new CircuitBreaker(), { register });
    const buckets = Object.keys(await scrape(register, 'circuit_breaker_call_duration_seconds_bucket'));
    expect(new Set(buckets.map((series) => /le="(.*?)"/.exec(series)?.[1]))).toStrictEqual(
      new Set(['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf']),
    );
  });

  it('should keep the series of a name while one of its breakers is there', async () => {
    const register = new Registry();
    const twins = [new CircuitBreaker({ name: 'twin' }), new CircuitBreaker({ name: 'twin' })] as const;
    exposeMetrics(twins, { register });
    for (const twin of twins) succeed(twin);
    twins[0].dispose();
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="twin",outcome="success"}': 2,
    });
  });

  it('should begin at 0 for a breaker that was removed and is there again', async () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry();
    exposeMetrics(registry, { register });
    succeed(registry.get('stock'));
    registry.delete('stock');
    expect(await circuits(register)).toStrictEqual([]);
    registry.get('stock');
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({});
    expect(await circuits(register, 'circuit_breaker_calls_total')).toStrictEqual(['stock']);
  });

  it('should keep the counts of a breaker that is evicted and made again between two scrapes', async () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry();
    exposeMetrics(registry, { register });
    for (let i = 0; i < 3; i++) {
      succeed(registry.get('stock'));
      registry.delete('stock');
    }
    registry.get('stock');
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 3,
    });
  });

  it('should not pile up names of breakers that are gone, even without a scrape', () => {
    const register = new Registry();
    const registry = new CircuitBreakerRegistry({}, { maxSize: 10 });
    exposeMetrics(registry, { register });
    const made = vi.spyOn(Map.prototype, 'set');
    for (let i = 0; i < 2_500; i++) succeed(registry.get(`tenant-${String(i)}`));
    const stats = new Set(made.mock.contexts.filter((_, i) => made.mock.calls[i]?.[1] instanceof CircuitStats));
    made.mockRestore();
    expect(Array.from(stats, (map) => (map as Map<string, unknown>).size)).toStrictEqual([expect.any(Number)]);
    for (const map of stats) expect((map as Map<string, unknown>).size).toBeLessThanOrEqual(1_000);
  });
});
