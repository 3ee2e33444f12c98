import { metrics, type MeterProvider } from '@opentelemetry/api';
import { merge, tap, type Subscription } from 'rxjs';
import { groupOf } from '../../registry/breaker-group.ts';
import type { Breakers } from '../../registry/breakers.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { tryOrReport, reportError } from '../../util/report-error.ts';
import { CountedInstruments } from './counted-instruments.ts';
import { ObservedInstruments } from './observed-instruments.ts';
import { addRejection, addTransition } from './span-events.ts';

/**
 * Options of {@link instrument}.
 *
 * @example
 * ```ts
 * import { MeterProvider } from '@opentelemetry/sdk-metrics';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { instrument, type InstrumentOptions } from 'rxjs-fluxgate/opentelemetry';
 *
 * const options: InstrumentOptions = { meterProvider: new MeterProvider(), spanEvents: false };
 * console.log(instrument(new CircuitBreaker(), options).closed); // => false
 * ```
 *
 * @see {@link instrument}
 */
export interface InstrumentOptions {
  /** Where the meter comes from, as `rxjs-fluxgate`. Default the global one at the time of the call. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Whether transitions and rejections are noted on the active span. Default true. */
  readonly spanEvents?: boolean | undefined;
}

/**
 * Reports breakers to OpenTelemetry: their states, transitions, calls and durations as metrics, transitions and
 * rejections also as events on the active span; until unsubscribed, or until all are disposed.
 *
 * *Details.* Of a registry, also the breakers made later; one that was removed, or disposed, is no longer observed.
 * State, calls in flight and reopens are read when metrics are collected. An iterable is read once; breakers of one name
 * in it count together. What the SDK throws is reported to RxJS's `config.onUnhandledError`, or to `console.error`.
 *
 * *Gotchas.* Call it after the SDK has been started: a meter obtained before does nothing for ever. Call it once for a
 * breaker, or its calls are counted twice. It subscribes `signal$`, so that the breakers are watched and go half-open on
 * time.
 *
 * @param breakers one, a registry, or an iterable of breakers
 * @throws TypeError if `breakers` or an option is not such a thing
 * @example
 * ```ts
 * import {
 *   AggregationTemporality,
 *   InMemoryMetricExporter,
 *   MeterProvider,
 *   PeriodicExportingMetricReader,
 * } from '@opentelemetry/sdk-metrics';
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { instrument } from 'rxjs-fluxgate/opentelemetry';
 *
 * const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
 * const reader = new PeriodicExportingMetricReader({ exporter });
 * const registry = new CircuitBreakerRegistry();
 * instrument(registry, { meterProvider: new MeterProvider({ readers: [reader] }) });
 *
 * registry.get('stock').trip();
 * await reader.forceFlush();
 * for (const { descriptor, dataPoints } of exporter.getMetrics()[0]!.scopeMetrics[0]!.metrics) {
 *   console.log(descriptor.name, dataPoints.length);
 * }
 * // => circuit_breaker.transitions 1
 * // => circuit_breaker.state 6
 * // => circuit_breaker.call.active 1
 * // => circuit_breaker.reopens 1
 * await reader.shutdown();
 * ```
 *
 * @see OpenTelemetry's semantic conventions for metrics, on how they are named
 */
export function instrument(breakers: Breakers, options: InstrumentOptions = {}): Subscription {
  checkOptions('instrument', options, ['meterProvider', 'spanEvents']);
  const { meterProvider = metrics.getMeterProvider(), spanEvents = true } = options;
  checkFunction('instrument: meterProvider.getMeter', (meterProvider as Partial<MeterProvider> | null)?.getMeter);
  if (typeof spanEvents !== 'boolean') throw wrongType('instrument: spanEvents', 'a boolean', spanEvents);
  const { signal$, call$, breakers: current } = groupOf('instrument', breakers);

  const meter = meterProvider.getMeter('rxjs-fluxgate');
  const counted = new CountedInstruments(meter);
  const observed = new ObservedInstruments(meter, current);
  const told$ = merge(
    signal$.pipe(
      tap((signal) => {
        tryOrReport(() => counted.addTransition(signal));
        if (spanEvents) tryOrReport(() => addTransition(signal));
      }),
    ),
    call$.pipe(
      tap((call) => {
        tryOrReport(() => counted.addCall(call));
        if (spanEvents && call.type === 'rejected') tryOrReport(() => addRejection(call));
      }),
    ),
  );
  const subscription = told$.subscribe({ error: reportError });
  subscription.add(() => observed.end());
  return subscription;
}
