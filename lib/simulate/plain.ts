import type { Metric } from '../types/metric.ts';
import type { Signal } from '../types/signal.ts';

/** A metric as plain JSON. */
export function plainMetric(metric: Metric): object {
  const { totalCount, failureCount, totalDuration, slowCounts, avgDuration, failureRate } = metric;
  return {
    totalCount,
    failureCount,
    totalDuration,
    slowCounts: Object.fromEntries(slowCounts),
    avgDuration,
    failureRate,
  };
}

/** A signal as plain JSON. */
export function plainSignal(signal: Signal): object {
  const { name, oldState, newState, timestamp, reason, detail, metric, retryAt, cause } = signal;
  const plain = { name, oldState, newState, timestamp, reason, detail, metric: plainMetric(metric), retryAt };
  return cause === undefined ? plain : { ...plain, cause: plainCause(cause) };
}

/** Whatever was thrown as plain JSON: of an error its name and message, as it may carry more than one would publish. */
export function plainCause(cause: unknown): unknown {
  if (cause instanceof Error) return { name: cause.name, message: cause.message };
  try {
    const json = JSON.stringify(cause) as string | undefined;
    return json === undefined ? String(cause) : (JSON.parse(json) as unknown);
  } catch {
    return Object.prototype.toString.call(cause);
  }
}

/** A number that JSON can hold; null for one that is not finite. */
export function plainNumber(value: number | undefined): number | null | undefined {
  return value === undefined || Number.isFinite(value) ? value : null;
}
