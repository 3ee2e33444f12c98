import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Registry } from 'prom-client';
import { defer, of, Subscription } from 'rxjs';
import { CircuitBreaker, circuitBreaker, CircuitBreakerRegistry } from 'rxjs-fluxgate';
import { dashboard } from 'rxjs-fluxgate/dashboard';
import { instrument } from 'rxjs-fluxgate/opentelemetry';
import { exposeMetrics } from 'rxjs-fluxgate/prometheus';
import type { Group, Variant } from '../group.ts';
import { observer, subscribing } from '../repeat.ts';

export const UNSEEN = 'a breaker without an observer';
export const DASHBOARD = 'dashboard()';
export const METRICS = 'exposeMetrics()';
export const INSTRUMENTED = 'instrument(), no SDK';

/** An SDK without a reader would keep no measurement; this one has nothing to export while it is measured. */
function measuringProvider(): MeterProvider {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  return new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 })] });
}

export function integrations(): Group {
  const source = of(1);
  const ends = new Subscription();
  const registry = new CircuitBreakerRegistry();
  const breaker = new CircuitBreaker();

  const seen = (name: string, see: (breaker: CircuitBreaker) => Subscription | (() => void)): Variant => {
    const ours = new CircuitBreaker();
    ends.add(see(ours));
    return subscribing(name, source.pipe(circuitBreaker(ours)));
  };

  return {
    title: 'What seeing it costs: a guarded `of(1)`',
    about:
      'Default options. Metrics and the dashboard count a call as it ends, and are read at a scrape or once a second; what ' +
      'an SDK of OpenTelemetry does with a measurement is its own affair. A listener, as for Slack or a log, is called at ' +
      'changes of state alone and costs a call nothing. The last two build the pipe at each call.',
    baselines: [UNSEEN],
    variants: [
      subscribing(UNSEEN, source.pipe(circuitBreaker(new CircuitBreaker()))),
      seen('call$ subscribed', ({ call$ }) => call$.subscribe(observer)),
      seen(DASHBOARD, (ours) => {
        const handler = dashboard(ours);
        return () => handler.dispose();
      }),
      seen(METRICS, (ours) => exposeMetrics(ours, { register: new Registry() })),
      seen(INSTRUMENTED, (ours) => instrument(ours)),
      seen('instrument(), SDK', (ours) => instrument(ours, { meterProvider: measuringProvider() })),
      subscribing(
        'in defer',
        defer(() => source.pipe(circuitBreaker(breaker))),
      ),
      subscribing(
        'in defer, registry.get(key)',
        defer(() => source.pipe(circuitBreaker(registry.get('stock')))),
      ),
    ],
    dispose: () => ends.unsubscribe(),
  };
}
