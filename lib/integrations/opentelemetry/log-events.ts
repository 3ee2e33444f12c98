import type { Attributes } from '@opentelemetry/api';
import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { toTransitionAttributes, TRANSITION } from './event-attributes.ts';

/**
 * The part of a logger provider that {@link instrument} uses: `LoggerProvider` of `@opentelemetry/sdk-logs` has it, and
 * `logs.getLoggerProvider()` of `@opentelemetry/api-logs`.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { instrument, type EventLoggerProvider } from 'rxjs-fluxgate/opentelemetry';
 *
 * const loggerProvider: EventLoggerProvider = {
 *   getLogger: () => ({
 *     emit: ({ eventName, severityText, attributes }) =>
 *       console.log(severityText, eventName, attributes['circuit_breaker.new_state']),
 *   }),
 * };
 * const breaker = new CircuitBreaker();
 * instrument(breaker, { loggerProvider });
 * breaker.trip(); // => WARN circuit_breaker.transition open
 * ```
 *
 * @see {@link InstrumentOptions.loggerProvider}
 * @see OTEP 4430, which deprecates span events for events by the Logs API
 */
export interface EventLoggerProvider {
  /** Returns the logger of an instrumentation scope. */
  getLogger(name: string): {
    /** Emits a log record; it takes the trace from the active context. */
    emit(record: {
      eventName: string;
      severityNumber: number;
      severityText: string;
      body: string;
      attributes: Attributes;
    }): void;
  };
}

/** Those in which calls are rejected. */
const WARNINGS: ReadonlySet<State> = new Set<State>(['open', 'forced_open']);

/** Makes what emits a state change as an event, a log record with a name. */
export function toTransitionLog(provider: EventLoggerProvider): (signal: Signal) => void {
  const logger = provider.getLogger('rxjs-fluxgate');
  return (signal) => {
    const { name, oldState, newState, detail } = signal;
    // The numbers of the data model of logs.
    const [severityNumber, severityText] = WARNINGS.has(newState) ? ([13, 'WARN'] as const) : ([9, 'INFO'] as const);
    logger.emit({
      eventName: TRANSITION,
      severityNumber,
      severityText,
      body: `${name}: ${oldState} → ${newState} (${detail})`,
      attributes: toTransitionAttributes(signal),
    });
  };
}
