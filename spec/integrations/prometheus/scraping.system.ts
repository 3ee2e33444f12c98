import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import * as newClient from '@prometheus-io/client';
import { Registry } from 'prom-client';
import { catchError, defer, EMPTY, filter, mergeMap, of, throwError, timer, type Subscription } from 'rxjs';
import { admitAll, CircuitBreakerRegistry, circuitBreaker, cooldown, failureStreak, probes } from 'rxjs-fluxgate';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { annotations, queries } from './dashboard.ts';
import { RealPrometheus, type Sample } from './real-prometheus.ts';

const WAIT = { timeout: 30_000, interval: 200 };

describe('a Prometheus that scrapes', () => {
  const registry = new CircuitBreakerRegistry({
    tripper: failureStreak(5),
    retry: cooldown(250),
    permit: admitAll(),
    recovery: probes(1),
  });
  const register = new Registry();
  // By the one client in the plain format, by the other in OpenMetrics.
  const openMetrics = new newClient.Registry(newClient.Registry.OPENMETRICS_CONTENT_TYPE);
  let up = true;
  let traffic: Subscription | undefined;
  let server: Server;
  let prometheus: RealPrometheus | undefined;

  const query = (expression: string): Promise<Sample[]> => prometheus!.query(expression);

  async function expectState(state: string): Promise<void> {
    await vi.waitFor(async () => {
      const samples = await query(`circuit_breaker_state{job="shop",circuit_name="stock",state="${state}"}`);
      expect(samples.map(({ value }) => value)).toStrictEqual([1]);
    }, WAIT);
  }

  /** The state of an alert about the circuit. */
  async function alert(name: string): Promise<string | undefined> {
    const alerts = await prometheus!.alerts();
    return alerts.find(
      ({ labels }) => labels['alertname'] === name && labels['job'] === 'shop' && labels['circuit_name'] === 'stock',
    )?.state;
  }

  beforeAll(async () => {
    for (const name of ['stock', 'payments']) registry.get(name);
    exposeMetrics(registry, { register });
    exposeMetrics(registry, { register: openMetrics, exemplarLabels: () => ({ trace_id: '4bf92f3577b34da6' }) });
    server = createServer((request, response) => {
      const asked = request.url === '/openmetrics' ? openMetrics : register;
      response.setHeader('Content-Type', asked.contentType);
      void asked.metrics().then((text) => response.end(text));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const targets = [`127.0.0.1:${String((server.address() as AddressInfo).port)}`];
    prometheus = await RealPrometheus.start(
      [
        { job_name: 'shop', static_configs: [{ targets }] },
        { job_name: 'openmetrics', metrics_path: '/openmetrics', static_configs: [{ targets }] },
      ],
      resolve('docs/prometheus/alerts.yml'),
    );
    const answer$ = defer(() => (up ? of('in stock') : throwError(() => new Error('503'))));
    traffic = timer(0, 20)
      .pipe(
        // It is not asked for any more once it is deleted.
        filter(() => registry.has('stock')),
        mergeMap(() =>
          answer$.pipe(
            circuitBreaker(registry.get('stock')),
            catchError(() => EMPTY),
          ),
        ),
      )
      .subscribe({ error: (error: unknown) => expect.unreachable(String(error)) });
  });

  afterAll(async () => {
    traffic?.unsubscribe();
    await prometheus?.stop();
    server.closeAllConnections();
    server.close();
    registry.dispose();
  });

  it('should reach the targets, in both formats', async () => {
    await vi.waitFor(async () => {
      const samples = await query('up == 1');
      expect(samples.map(({ metric }) => metric['job']).sort()).toStrictEqual(['openmetrics', 'shop']);
    }, WAIT);
  });

  it('should see closed circuits and their calls', async () => {
    await expectState('closed');
    for (const job of ['shop', 'openmetrics']) {
      await vi.waitFor(async () => {
        const [calls] = await query(
          `rate(circuit_breaker_calls_total{job="${job}",circuit_name="stock",outcome="success"}[10s])`,
        );
        expect(calls?.value).toBeGreaterThan(0);
      }, WAIT);
    }
    expect(await alert('CircuitBreakerOpen')).toBeUndefined();
  });

  describe('in an outage', () => {
    beforeAll(() => {
      up = false;
    });

    it('should see the circuit open', () => expectState('open'));

    it('should see the alerts', async () => {
      await vi.waitFor(async () => {
        // Which fires after two minutes.
        expect(await alert('CircuitBreakerOpen')).toBe('pending');
        expect(await alert('CircuitBreakerNotRecovering')).toBe('firing');
      }, WAIT);
    });

    it.each(queries)('should have data for the panel $title of the dashboard', async ({ expr }) => {
      const expression = expr.replaceAll('$__rate_interval', '1m').replaceAll('$circuit', '.*');
      await vi.waitFor(async () => expect(await query(expression)).not.toStrictEqual([]), WAIT);
    });

    it('should have an annotation for the opening', async () => {
      const [opened] = annotations;
      const expression = opened!.expr.replaceAll('$__rate_interval', '1m').replaceAll('$circuit', '.*');
      await vi.waitFor(async () => {
        const states = (await query(expression)).map(({ metric }) => [metric['circuit_name'], metric['new_state']]);
        expect(states).toContainEqual(['stock', 'open']);
      }, WAIT);
    });

    it('should see why: failures, and rejections', async () => {
      await vi.waitFor(async () => {
        const samples = await query(
          'increase(circuit_breaker_calls_total{job="shop",circuit_name="stock",outcome=~"failure|rejected"}[1m]) > 0',
        );
        expect(samples.map(({ metric }) => metric['outcome']).sort()).toStrictEqual(['failure', 'rejected']);
      }, WAIT);
    });

    it('should show the state as the number that the dashboard names', async () => {
      const { expr } = queries.find(({ title }) => title.startsWith('State of each circuit'))!;
      registry.get('payments').forceOpen();
      await vi.waitFor(async () => {
        const samples = await query(expr.replaceAll('$circuit', '.*'));
        const states = samples.map(({ metric, value }) => `${String(metric['circuit_name'])} ${String(value)}`);
        // 4 is open, 5 is forced open.
        expect(states.sort()).toStrictEqual(['payments 5', 'stock 4']);
      }, WAIT);
    });
  });

  describe('after the outage', () => {
    beforeAll(() => {
      up = true;
    });

    it('should see the circuit closed, and no alert', async () => {
      await expectState('closed');
      await vi.waitFor(async () => {
        expect(await alert('CircuitBreakerOpen')).toBeUndefined();
        expect(await alert('CircuitBreakerNotRecovering')).toBeUndefined();
      }, WAIT);
    });

    it('should count the way back', async () => {
      await vi.waitFor(async () => {
        const [changes] = await query(
          'circuit_breaker_state_transition_total{job="shop",circuit_name="stock",old_state="half_open",new_state="closed"}',
        );
        expect(changes?.value).toBe(1);
      }, WAIT);
    });

    it('should see nothing more of a circuit that is deleted', async () => {
      registry.delete('stock');
      await vi.waitFor(async () => {
        const samples = await query('count by (circuit_name) ({__name__=~"circuit_breaker_.*"})');
        expect(samples.map(({ metric }) => metric['circuit_name'])).toStrictEqual(['payments']);
      }, WAIT);
    });
  });
});
