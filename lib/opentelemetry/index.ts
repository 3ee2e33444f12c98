/**
 * Circuit breakers in OpenTelemetry: {@link instrument} reports them as metrics and span events.
 *
 * @packageDocumentation
 */
export { instrument, type InstrumentOptions } from './instrument.ts';
