import * as newClient from '@prometheus-io/client';
import * as promClient from 'prom-client';
import { CircuitBreaker, failureStreak } from 'rxjs-fluxgate';
import { exposeMetrics, type MetricsRegister } from 'rxjs-fluxgate/prometheus';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { fail, succeed } from '../../support/script.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { circuits, nonZero, scrape } from './scrape.ts';

/** The methods of a register that users and tests call, of either library. */
interface Register extends MetricsRegister {
  metrics(): Promise<string>;
  resetMetrics(): void;
  setDefaultLabels(labels: object): void;
  getMetricsAsArray(): object[];
  getMetricsAsJSON(): Promise<{ name: string }[]>;
}

interface Client {
  readonly register: Register;
  readonly makeRegister: () => Register;
  readonly makeOpenMetrics: () => Register;
  readonly aggregate: (metrics: object[]) => Pick<Register, 'metrics'>;
}

const clients: readonly (readonly [string, Client])[] = [
  [
    'prom-client',
    {
      register: promClient.register,
      makeRegister: () => new promClient.Registry(),
      makeOpenMetrics: () => {
        const register = new promClient.Registry<promClient.OpenMetricsContentType>();
        register.setContentType(promClient.Registry.OPENMETRICS_CONTENT_TYPE);
        return register;
      },
      aggregate: (metrics) => promClient.AggregatorRegistry.aggregate(metrics),
    },
  ],
  [
    '@prometheus-io/client',
    {
      register: newClient.register,
      makeRegister: () => new newClient.Registry(),
      makeOpenMetrics: () => new newClient.Registry(newClient.Registry.OPENMETRICS_CONTENT_TYPE),
      aggregate: (metrics) => newClient.Registry.aggregate(metrics),
    },
  ],
];

describe.each(clients)('exposeMetrics in %s', (_name, client) => {
  const reported = spyOnReports();

  it('should expose in the default register of the client, and leave it empty', async () => {
    const exposition = exposeMetrics(new CircuitBreaker({ name: 'stock' }), { client });
    expect(await circuits(client.register)).toStrictEqual(['stock']);
    exposition.unsubscribe();
    expect(client.register.getMetricsAsArray()).toStrictEqual([]);
  });

  it('should count, and have default labels added', async () => {
    const register = client.makeRegister();
    register.setDefaultLabels({ pod: 'a' });
    const breaker = new CircuitBreaker({ name: 'stock', tripper: failureStreak(2) });
    exposeMetrics(breaker, { register });
    succeed(breaker);
    for (let i = 0; i < 2; i++) fail(breaker);
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success",pod="a"}': 1,
      'circuit_breaker_calls_total{circuit_name="stock",outcome="failure",pod="a"}': 2,
    });
  });

  it('should have all series again at 0 after resetMetrics()', async () => {
    const register = client.makeRegister();
    const breaker = new CircuitBreaker({ name: 'stock' });
    exposeMetrics(breaker, { register });
    const before = await scrape(register);
    breaker.trip();
    breaker.reset();
    succeed(breaker);
    expect(await scrape(register)).not.toStrictEqual(before);
    register.resetMetrics();
    const after = await scrape(register);
    // The change by command has a series since it happened.
    const {
      [`circuit_breaker_state_transition_total{circuit_name="stock",old_state="open",new_state="closed"}`]: reset,
      ...rest
    } = after;
    expect([reset, rest]).toStrictEqual([0, before]);
    succeed(breaker);
    expect(await nonZero(register, 'circuit_breaker_calls_total')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 1,
    });
  });

  it('should be added up by the aggregation of a cluster', async () => {
    const workers = await Promise.all(
      [1, 2].map(async (calls) => {
        const register = client.makeRegister();
        const breaker = new CircuitBreaker({ name: 'stock' });
        exposeMetrics(breaker, { register });
        for (let i = 0; i < calls; i++) succeed(breaker);
        return register.getMetricsAsJSON();
      }),
    );
    const all = client.aggregate(workers);
    expect(await scrape(all, 'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}')).toStrictEqual({
      'circuit_breaker_calls_total{circuit_name="stock",outcome="success"}': 3,
    });
    const series = 'circuit_breaker_call_duration_seconds_count{circuit_name="stock",outcome="success"}';
    expect(await scrape(all, series)).toStrictEqual({ [series]: 3 });
  });

  describe('exemplars', () => {
    function setUp(exemplarLabels: () => Record<string, string> | undefined, register = client.makeOpenMetrics()) {
      const scheduler = new ManualScheduler();
      const breaker = new CircuitBreaker({ name: 'stock', scheduler });
      exposeMetrics(breaker, { register, durationBuckets: [0.1, 1], exemplarLabels });
      const call = (ms: number): void => {
        const admitted = breaker.admit();
        scheduler.pass(ms);
        admitted.complete();
      };
      return { register, breaker, call };
    }

    it('should be shown in OpenMetrics, in the bucket of their call, the latest', async () => {
      const ids = ['aaa', 'bbb', 'ccc'];
      const { register, call } = setUp(() => ({ trace_id: ids.shift()! }));
      for (const ms of [50, 500, 700]) call(ms);
      const lines = (await register.metrics()).split('\n').filter((line) => line.includes(' # '));
      expect(lines).toStrictEqual([
        expect.stringMatching(
          /le="0\.1",circuit_name="stock",outcome="success"} 1 # {trace_id="aaa"} 0\.05 \d+\.?\d*$/,
        ),
        expect.stringMatching(/le="1",circuit_name="stock",outcome="success"} 3 # {trace_id="ccc"} 0\.7 \d+\.?\d*$/),
      ]);
    });

    it('should not be shown in the plain format, nor if there are no labels', async () => {
      const plain = setUp(() => ({ trace_id: 'aaa' }), client.makeRegister());
      plain.call(50);
      expect(await plain.register.metrics()).not.toContain('aaa');
      const none = setUp(() => undefined);
      none.call(50);
      expect(await none.register.metrics()).not.toContain(' # {');
    });

    it('should harm no call if the function throws or returns too much, which is reported', () => {
      const labels = [{ trace_id: 'x'.repeat(200) }];
      const { breaker, call } = setUp(() => {
        const next = labels.shift();
        if (!next) throw new Error('no context');
        return next;
      });
      for (let i = 0; i < 2; i++) call(1);
      expect(breaker.info().metric.totalCount).toBe(2);
      expect(reported.mock.calls.map(([error]) => String(error))).toStrictEqual([
        'RangeError: exposeMetrics: exemplarLabels must return at most 128 characters, got 209',
        'Error: no context',
      ]);
    });
  });
});
