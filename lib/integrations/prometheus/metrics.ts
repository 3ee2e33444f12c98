import type { OpenMetricsContentType, Registry } from 'prom-client';

export type Register = Registry | Registry<OpenMetricsContentType>;

/** All metrics by name, with what they say of themselves. */
const HELP = {
  circuit_breaker_state: '1 for the state that the circuit is in, 0 for the others.',
  circuit_breaker_state_transition_total: 'State changes of the circuit.',
  circuit_breaker_calls_total: 'Calls by how they ended, and those rejected.',
  circuit_breaker_call_duration_seconds: 'How long the calls took that succeeded or failed.',
  circuit_breaker_calls_in_flight: 'Unsettled calls admitted since the circuit entered its state.',
  circuit_breaker_reopens: 'How many times the circuit has reopened from half-open since it was last closed.',
} as const;

type MetricName = keyof typeof HELP;

export const METRIC_NAMES = Object.keys(HELP) as MetricName[];

/** The part of a metric's configuration that all have. */
export function described<Label extends string>(register: Register, name: MetricName, ...labels: Label[]) {
  return { name, help: HELP[name], labelNames: ['circuit_name', ...labels] as const, registers: [register] };
}
