import {
  metrics,
  ValueType,
  type BatchObservableResult,
  type Meter,
  type MeterProvider,
  type Observable as Instrument,
} from '@opentelemetry/api';
import { Subscription } from 'rxjs';
import { checkFleet } from '../../fleet/check-fleet.ts';
import type { FleetStatus } from '../../fleet/fleet-status.ts';
import type { Fleet } from '../../fleet/join-fleet.ts';
import { checkFunction, checkOptions } from '../../util/check.ts';
import { reportError } from '../../util/report-error.ts';
import { NAME } from './attributes.ts';

/**
 * Options of {@link instrumentFleet}.
 *
 * @example
 * ```ts
 * import { MeterProvider } from '@opentelemetry/sdk-metrics';
 * import type { InstrumentFleetOptions } from 'rxjs-fluxgate/opentelemetry';
 *
 * const options: InstrumentFleetOptions = { meterProvider: new MeterProvider() };
 * console.log(Object.keys(options)); // => [ 'meterProvider' ]
 * ```
 *
 * @see {@link instrumentFleet}
 */
export interface InstrumentFleetOptions {
  /** Where the meter comes from, as `rxjs-fluxgate`. Default the global one at the time of the call. */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Reports to OpenTelemetry how each circuit stands with its fleet, until unsubscribed or until the fleet is left: whether
 * it is linked, its members, how many of them have opened, whether this process probes, and the reports without an answer.
 *
 * @param fleet what `joinFleet` has returned
 * @throws TypeError if `fleet` or an option is of another type
 * @example
 * ```ts
 * import {
 *   AggregationTemporality,
 *   InMemoryMetricExporter,
 *   MeterProvider,
 *   PeriodicExportingMetricReader,
 * } from '@opentelemetry/sdk-metrics';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { joinFleet, memoryStore } from 'rxjs-fluxgate/fleet';
 * import { instrumentFleet } from 'rxjs-fluxgate/opentelemetry';
 *
 * const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
 * const reader = new PeriodicExportingMetricReader({ exporter });
 * const fleet = joinFleet(new CircuitBreaker({ name: 'stock' }), { store: memoryStore() });
 * instrumentFleet(fleet, { meterProvider: new MeterProvider({ readers: [reader] }) });
 *
 * await reader.forceFlush();
 * const { metrics } = exporter.getMetrics()[0]!.scopeMetrics[0]!;
 * for (const name of metrics.map(({ descriptor }) => descriptor.name).sort()) console.log(name);
 * // => circuit_breaker.fleet.linked
 * // => circuit_breaker.fleet.members
 * // => circuit_breaker.fleet.members.open
 * // => circuit_breaker.fleet.prober
 * // => circuit_breaker.fleet.sync.errors
 * fleet.unsubscribe();
 * await reader.shutdown();
 * ```
 *
 * @see {@link instrument}
 */
export function instrumentFleet(fleet: Fleet, options: InstrumentFleetOptions = {}): Subscription {
  checkFleet('instrumentFleet: fleet', fleet);
  checkOptions('instrumentFleet', options, ['meterProvider']);
  const { meterProvider = metrics.getMeterProvider() } = options;
  checkFunction('instrumentFleet: meterProvider.getMeter', (meterProvider as Partial<MeterProvider> | null)?.getMeter);
  const meter = meterProvider.getMeter('rxjs-fluxgate');
  const instruments = toInstruments(meter);
  const observe = (result: BatchObservableResult): void => {
    for (const circuit of fleet.status()) {
      for (const [instrument, read] of instruments) {
        result.observe(instrument, read(circuit, fleet), { [NAME]: circuit.circuit });
      }
    }
  };
  const observables = instruments.map(([instrument]) => instrument);
  meter.addBatchObservableCallback(observe, observables);
  const reporting = new Subscription(() => meter.removeBatchObservableCallback(observe, observables));
  reporting.add(fleet.status$.subscribe({ complete: () => reporting.unsubscribe(), error: reportError }));
  return reporting;
}

function toInstruments(meter: Meter): (readonly [Instrument, (status: FleetStatus, fleet: Fleet) => number])[] {
  const int = (unit: string, description: string) => ({ description, unit, valueType: ValueType.INT });
  const gauge = (name: string, unit: string, description: string): Instrument =>
    meter.createObservableGauge(`circuit_breaker.fleet.${name}`, int(unit, description));
  const errors = meter.createObservableCounter(
    'circuit_breaker.fleet.sync.errors',
    int('{report}', 'Reports that the engine of the fleet did not answer.'),
  );
  return [
    [gauge('linked', '1', '1 if the engine of the fleet answered last, else 0.'), ({ linked }) => Number(linked)],
    [gauge('members', '{member}', 'Members of the fleet at the last answer.'), ({ members }) => members],
    [gauge('members.open', '{member}', 'Members that had opened of their own accord.'), ({ open }) => open],
    [gauge('prober', '1', '1 if this process probes for the fleet.'), ({ prober }, { id }) => Number(prober === id)],
    [errors, ({ circuit }, { _syncErrors: counts }) => counts.get(circuit) ?? 0],
  ];
}
