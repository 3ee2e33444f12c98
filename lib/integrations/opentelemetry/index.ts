/**
 * Circuit breakers in OpenTelemetry: {@link instrument} reports them as metrics, events and attributes of spans.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/opentelemetry
 */
export { instrument, type InstrumentOptions } from './instrument.ts';
export { instrumentFleet, type InstrumentFleetOptions } from './instrument-fleet.ts';
export type { EventLoggerProvider } from './log-events.ts';
