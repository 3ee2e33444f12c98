import type { Attributes, MeterProvider as Meters } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { onTestFinished } from 'vitest';

/** A metrics SDK for one test. */
export interface Collector {
  readonly meterProvider: Meters;
  /** What is exported now, a metric a name. */
  readonly collect: () => Promise<Record<string, MetricData>>;
  /** The same in short: a number a point, keyed by the metric's name and the values of its attributes. */
  readonly numbers: () => Promise<Record<string, number>>;
}

export function newCollector(temporality = AggregationTemporality.CUMULATIVE): Collector {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => meterProvider.shutdown());

  const collect = async (): Promise<Record<string, MetricData>> => {
    exporter.reset();
    await reader.forceFlush();
    const scopes = exporter.getMetrics()[0]?.scopeMetrics ?? [];
    return Object.fromEntries(scopes.flatMap(({ metrics }) => metrics.map((data) => [data.descriptor.name, data])));
  };
  const numbers = async (): Promise<Record<string, number>> =>
    Object.fromEntries(Object.values(await collect()).flatMap(numbersOf));
  return { meterProvider, collect, numbers };
}

function numbersOf({ descriptor, dataPointType, dataPoints }: MetricData): [string, number][] {
  const key = (attributes: Attributes): string => [descriptor.name, ...Object.values(attributes)].join(' ');
  return dataPointType === DataPointType.HISTOGRAM
    ? dataPoints.map(({ attributes, value }) => [key(attributes), value.count])
    : (dataPoints as { attributes: Attributes; value: number }[]).map(({ attributes, value }) => [
        key(attributes),
        value,
      ]);
}

/** Those of them that begin with a word, without it and without those that are 0. */
export function only(word: string, numbers: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers)
      .filter(([key, value]) => key.startsWith(`${word} `) && value !== 0)
      .map(([key, value]) => [key.slice(word.length + 1), value]),
  );
}
