import { metrics, type MeterProvider } from '@opentelemetry/api';
import { Subscription } from 'rxjs';
import { groupOf } from '../../registry/breaker-group.ts';
import { isBreaker } from '../../registry/breakers.ts';
import type { CircuitViews } from '../../registry/circuit-view.ts';
import { observeCalls } from '../../registry/observe-calls.ts';
import type { Signal } from '../../types/signal.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { reportError, tryOrReport } from '../../util/report-error.ts';
import { CallMeasurer } from './call-measurer.ts';
import { Instruments } from './instruments.ts';
import { toTransitionLog, type EventLoggerProvider } from './log-events.ts';
import { addTransitionEvent, toRejectionNotes } from './span-notes.ts';

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
  /** Whether durations are recorded, which costs a call more than all the rest, in the SDK. Default true. */
  readonly durations?: boolean | undefined;
  /** Emits state changes as events by the Logs API, in place of events on spans. Default none. */
  readonly loggerProvider?: EventLoggerProvider | undefined;
  /** Whether state changes and rejections are events on the active span. Default true, or false with `loggerProvider`. */
  readonly spanEvents?: boolean | undefined;
  /** Whether a rejection sets attributes on the active span. Default true. */
  readonly spanAttributes?: boolean | undefined;
}

/**
 * Reports breakers to OpenTelemetry until unsubscribed, or until all are disposed: their states, transitions, calls and
 * durations as metrics, transitions as events, by the Logs API or on the active span, and rejections on the active span.
 *
 * *Details.* Of a registry, also the breakers made later; one that was removed, or disposed, is no longer observed. All
 * but the durations is read when metrics are collected. Breakers of one name count together. What the SDK throws is
 * reported to RxJS's `config.onUnhandledError`, or to `console.error`.
 *
 * *Gotchas.* Call it after the SDK has been started: a meter obtained before never does anything. Call it once for a
 * breaker, or its calls are counted twice. It subscribes `signal$`, so that the breakers are watched and go half-open on
 * time.
 *
 * @param breakers one, a registry, or an iterable of breakers; or shadows, whose rejections stand on no span
 * @throws TypeError if `breakers` or an option is of another type
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
export function instrument(breakers: CircuitViews, options: InstrumentOptions = {}): Subscription {
  const { meterProvider, durations, spanAttributes, spanEvents, loggerProvider } = resolveOptions(options);
  const group = groupOf('instrument', breakers);
  const instruments = Instruments.of(meterProvider.getMeter('rxjs-fluxgate'));
  const histogram = durations ? instruments.durations : undefined;
  const noteRejection = spanAttributes || spanEvents ? toRejectionNotes(spanAttributes, spanEvents) : undefined;
  const logTransition = loggerProvider && toTransitionLog(loggerProvider);

  const note = (signal: Signal): void => {
    if (spanEvents) tryOrReport(() => addTransitionEvent(signal));
    if (logTransition) tryOrReport(() => logTransition(signal));
  };
  const stop = instruments.use();
  const following = group.each((breaker) => {
    const totals = instruments.toTotals(breaker.name);
    totals.breakers.add(breaker);
    const observing = new Subscription(() => {
      totals.breakers.delete(breaker);
      if (totals.breakers.size === 0) instruments.release(totals);
    });
    // A shadow rejects nothing, so that no span shows a rejection.
    const onRejection = isBreaker(breaker) ? noteRejection : undefined;
    observing.add(observeCalls(breaker, new CallMeasurer(totals, histogram, onRejection)));
    observing.add(
      breaker.signal$.subscribe({
        next: (signal) => {
          totals.addTransition(signal);
          note(signal);
        },
        error: reportError,
      }),
    );
    return observing;
  });
  following.add(stop);
  return following;
}

function resolveOptions(options: InstrumentOptions) {
  const names = ['meterProvider', 'durations', 'loggerProvider', 'spanEvents', 'spanAttributes'];
  checkOptions('instrument', options, names);
  const { meterProvider = metrics.getMeterProvider(), loggerProvider } = options;
  checkFunction('instrument: meterProvider.getMeter', (meterProvider as Partial<MeterProvider> | null)?.getMeter);
  if (loggerProvider !== undefined) {
    checkFunction(
      'instrument: loggerProvider.getLogger',
      (loggerProvider as Partial<EventLoggerProvider> | null)?.getLogger,
    );
  }
  const { durations = true, spanEvents = loggerProvider === undefined, spanAttributes = true } = options;
  for (const [name, value] of Object.entries({ durations, spanEvents, spanAttributes })) {
    if (typeof value !== 'boolean') throw wrongType(`instrument: ${name}`, 'a boolean', value);
  }
  return { meterProvider, loggerProvider, durations, spanEvents, spanAttributes };
}
