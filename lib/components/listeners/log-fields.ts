import type { Signal } from '../../types/signal.ts';

/**
 * A state change as fields for a structured logger; those that are undefined are left out of JSON.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, logListener, pinoFormat, type LogFields } from 'rxjs-fluxgate';
 *
 * const warn = ({ circuit, newState }: LogFields, line: string) => console.log(circuit, newState, '|', line);
 * const logger = { warn, info() {} };
 * new CircuitBreaker({ name: 'stock', listeners: [logListener({ logger, format: pinoFormat })] }).forceOpen();
 * // => stock forced_open | stock: closed → forced_open (manual: forceOpen())
 * ```
 *
 * @see {@link pinoFormat}, {@link winstonFormat}
 */
export interface LogFields {
  /** The name of the circuit, or the one given to the listener. */
  readonly circuit: string;
  /** The state left. */
  readonly oldState: Signal['oldState'];
  /** The state entered. */
  readonly newState: Signal['newState'];
  /** Why. */
  readonly reason: Signal['reason'];
  /** The reason for people. */
  readonly detail: string;
  /** When the circuit will be tried again, in ms of the scheduler's time; undefined unless open with a finite wait. */
  readonly retryAt: number | undefined;
  /** How many calls the window held. */
  readonly totalCount: number;
  /** How many of them failed. */
  readonly failureCount: number;
  /** The failed calls as a ratio 0..1; undefined without calls. */
  readonly failureRate: number | undefined;
  /** The mean duration in ms; undefined without calls. */
  readonly avgDuration: number | undefined;
  /** The error or value that tripped the circuit, if any; the key is the one that loggers know for errors. */
  readonly err?: unknown;
}

export function fieldsOf({ name, oldState, newState, reason, detail, retryAt, metric, cause }: Signal): LogFields {
  const { totalCount, failureCount, failureRate, avgDuration } = metric;
  return {
    circuit: name,
    oldState,
    newState,
    reason,
    detail,
    retryAt,
    totalCount,
    failureCount,
    failureRate,
    avgDuration,
    // Absent and not undefined: pino hands the key to its serializer as soon as it is there.
    ...(cause === undefined ? {} : { err: cause }),
  };
}
