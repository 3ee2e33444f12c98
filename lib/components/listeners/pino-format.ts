import type { Signal } from '../../types/signal.ts';
import { fieldsOf, type LogFields } from './log-fields.ts';
import { lineOf } from './log-format.ts';

/**
 * The format of {@link logListener} for pino and the loggers like it (bunyan): the fields, then the line. The cause is the
 * field `err`, as it is, for pino's own serializer of errors.
 *
 * @example
 * ```ts
 * import { pino } from 'pino';
 * import { CircuitBreaker, logListener, pinoFormat } from 'rxjs-fluxgate';
 *
 * const output = { write: (json: string) => console.log(JSON.parse(json).circuit, JSON.parse(json).msg) };
 * const listener = logListener({ logger: pino({}, output), format: pinoFormat });
 * new CircuitBreaker({ name: 'payments', listeners: [listener] }).forceOpen();
 * // => payments payments: closed → forced_open (manual: forceOpen())
 * ```
 *
 * @see {@link winstonFormat}, {@link LogFields}
 */
export function pinoFormat(signal: Signal): [fields: LogFields, line: string] {
  return [fieldsOf(signal), lineOf(signal)];
}
