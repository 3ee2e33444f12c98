/**
 * Circuit breakers in OpenTelemetry: {@link instrument} reports them as metrics and span events.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/opentelemetry
 */
export { instrument, type InstrumentOptions } from './instrument.ts';
