import { ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type HistogramMetricData } from '@opentelemetry/sdk-metrics';
import {
  admitAll,
  byTripper,
  CircuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  errorWhere,
  failureStreak,
} from 'rxjs-fluxgate';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { newCollector, only } from './collector.ts';

/** Goes down, is tried too early, is still down, then recovers. */
function outage(breaker: CircuitBreaker, time: ManualScheduler): void {
  succeed(breaker);
  fail(breaker);
  fail(breaker);
  expect(() => breaker.admit()).toThrow('not permitted');
  time.pass(1_000);
  fail(breaker);
  fail(breaker);
  time.pass(1_000);
  succeed(breaker);
}

function stock(time: ManualScheduler): CircuitBreaker {
  return new CircuitBreaker({
    name: 'stock',
    tripper: failureStreak(2),
    retry: cooldown(1_000),
    permit: admitAll(),
    recovery: byTripper(),
    scheduler: time,
  });
}

describe('the counted instruments', () => {
  it('should count each transition by the states left and entered', async () => {
    const { meterProvider, numbers } = newCollector();
    const time = new ManualScheduler();
    const breaker = stock(time);
    instrument(breaker, { meterProvider });
    outage(breaker, time);
    expect(only('circuit_breaker.transitions', await numbers())).toStrictEqual({
      'stock closed open': 1,
      'stock open half_open': 2,
      'stock half_open open': 1,
      'stock half_open closed': 1,
    });
  });

  it('should count the calls by their outcome, the rejected ones too', async () => {
    const { meterProvider, numbers } = newCollector();
    const breaker = new CircuitBreaker({
      name: 'stock',
      tracker: errorWhere((error) => error === 'down'),
      tripper: failureStreak(2),
    });
    instrument(breaker, { meterProvider });
    succeed(breaker);
    fail(breaker, 'not found');
    breaker.admit().unsubscribe();
    fail(breaker, 'down');
    fail(breaker, 'down');
    for (let i = 0; i < 3; i++) expect(() => breaker.admit()).toThrow('not permitted');
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({
      'stock success': 1,
      'stock ignored': 1,
      'stock cancelled': 1,
      'stock failure': 2,
      'stock rejected': 3,
    });
  });

  it('should record the durations in seconds by outcome, but none of a call that was rejected', async () => {
    const { meterProvider, collect } = newCollector();
    const time = new ManualScheduler();
    const breaker = stock(time);
    instrument(breaker, { meterProvider });
    for (const ms of [3, 40, 2_000]) {
      const call = breaker.admit();
      time.pass(ms);
      call.complete();
    }
    const slow = breaker.admit();
    time.pass(30_000);
    slow.error('down');
    breaker.forceOpen();
    expect(() => breaker.admit()).toThrow('not permitted');

    const { dataPoints } = (await collect())['circuit_breaker.call.duration'] as HistogramMetricData;
    const boundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    expect(dataPoints.map(({ attributes, value }) => ({ attributes, value }))).toStrictEqual([
      {
        attributes: { 'circuit_breaker.name': 'stock', 'circuit_breaker.call.outcome': 'success' },
        value: {
          min: 0.003,
          max: 2,
          sum: expect.closeTo(2.043) as number,
          buckets: { boundaries, counts: [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0] },
          count: 3,
        },
      },
      {
        attributes: { 'circuit_breaker.name': 'stock', 'circuit_breaker.call.outcome': 'failure' },
        value: {
          min: 30,
          max: 30,
          sum: 30,
          buckets: { boundaries, counts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
          count: 1,
        },
      },
    ]);
  });

  it('should count a call that was overtaken by a change of state', async () => {
    const { meterProvider, numbers } = newCollector();
    const breaker = new CircuitBreaker({ name: 'stock' });
    instrument(breaker, { meterProvider });
    const call = breaker.admit();
    breaker.trip();
    call.complete();
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'stock success': 1 });
  });

  it('should go on counting for a name that comes again', async () => {
    const { meterProvider, numbers } = newCollector();
    const registry = new CircuitBreakerRegistry();
    instrument(registry, { meterProvider });
    for (let i = 0; i < 3; i++) {
      succeed(registry.get('stock'));
      registry.get('stock').trip();
      registry.delete('stock');
      expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'stock success': i + 1 });
      expect(only('circuit_breaker.transitions', await numbers())).toStrictEqual({ 'stock closed open': i + 1 });
    }
  });

  it('should add up breakers of one name that are instrumented apart', async () => {
    const { meterProvider, numbers } = newCollector();
    for (let i = 0; i < 2; i++) {
      const breaker = new CircuitBreaker({ name: 'twin' });
      instrument(breaker, { meterProvider });
      succeed(breaker);
    }
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'twin success': 2 });
    expect(only('circuit_breaker.state', await numbers())).toStrictEqual({ 'twin closed': 2 });
  });

  it('should keep the totals of 1,000 names that are gone, and no more', async () => {
    const { meterProvider, collect } = newCollector();
    const registry = new CircuitBreakerRegistry({}, { maxSize: 1 });
    instrument(registry, { meterProvider, durations: false });
    for (let i = 0; i < 1_500; i++) succeed(registry.get(`tenant-${String(i)}`));
    expect((await collect())['circuit_breaker.calls']?.dataPoints.length).toBe(1_001);
  });

  it('should record no durations if so asked', async () => {
    const { meterProvider, collect } = newCollector();
    const breaker = new CircuitBreaker();
    instrument(breaker, { meterProvider, durations: false });
    succeed(breaker);
    const metrics = await collect();
    expect(metrics['circuit_breaker.calls']?.dataPoints.length).toBe(1);
    expect(metrics).not.toHaveProperty(['circuit_breaker.call.duration']);
  });

  it('should count since the last collection if that is how the metrics are exported', async () => {
    const { meterProvider, numbers } = newCollector(AggregationTemporality.DELTA);
    const breaker = new CircuitBreaker({ name: 'stock' });
    instrument(breaker, { meterProvider });
    succeed(breaker);
    succeed(breaker);
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'stock success': 2 });
    succeed(breaker);
    expect(only('circuit_breaker.calls', await numbers())).toStrictEqual({ 'stock success': 1 });
  });

  it('should be named, described and have units as the semantic conventions have it', async () => {
    const { meterProvider, collect } = newCollector();
    const breaker = new CircuitBreaker({ name: 'stock' });
    instrument(breaker, { meterProvider });
    succeed(breaker);
    breaker.trip();
    const metrics = await collect();
    const shown = Object.values(metrics).map(({ descriptor: { name, unit, valueType }, ...data }) => {
      const kind =
        data.dataPointType === DataPointType.SUM ? (data.isMonotonic ? 'counter' : 'up-down counter') : 'other';
      return [name, unit, kind, ValueType[valueType]];
    });
    expect(shown).toStrictEqual([
      ['circuit_breaker.transitions', '{transition}', 'counter', 'INT'],
      ['circuit_breaker.calls', '{call}', 'counter', 'INT'],
      ['circuit_breaker.state', '1', 'up-down counter', 'INT'],
      ['circuit_breaker.call.active', '{call}', 'up-down counter', 'INT'],
      ['circuit_breaker.reopens', '{reopen}', 'other', 'INT'],
      ['circuit_breaker.call.duration', 's', 'other', 'DOUBLE'],
    ]);
    expect(metrics['circuit_breaker.reopens']?.dataPointType).toBe(DataPointType.GAUGE);
    for (const { descriptor } of Object.values(metrics)) expect(descriptor.description).toMatch(/^[A-Z].*\.$/);
    expect(metrics['circuit_breaker.transitions']?.dataPoints.map(({ attributes }) => attributes)).toStrictEqual([
      {
        'circuit_breaker.name': 'stock',
        'circuit_breaker.old_state': 'closed',
        'circuit_breaker.new_state': 'open',
      },
    ]);
    expect(metrics['circuit_breaker.state']?.dataPoints[1]?.attributes).toStrictEqual({
      'circuit_breaker.name': 'stock',
      'circuit_breaker.state': 'open',
    });
  });
});
