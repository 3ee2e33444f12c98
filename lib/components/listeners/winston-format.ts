import type { Signal } from '../../types/signal.ts';
import { fieldsOf, type LogFields } from './log-fields.ts';
import { lineOf } from './log-format.ts';

/**
 * The format of {@link logListener} for winston: one object, the fields with the line as `message`. An error that is the
 * cause becomes a plain `{ name, message, stack }` in the field `err`, for winston shows an Error as `{}`.
 *
 * @example
 * ```ts
 * import { Writable } from 'node:stream';
 * import { createLogger, transports } from 'winston';
 * import { CircuitBreaker, logListener, winstonFormat } from 'rxjs-fluxgate';
 *
 * const stream = new Writable({
 *   write(json: Buffer, _encoding, done) {
 *     const { level, circuit, newState } = JSON.parse(String(json));
 *     console.log(level, circuit, newState);
 *     done();
 *   },
 * });
 * const logger = createLogger({ transports: [new transports.Stream({ stream })] });
 * const listener = logListener({ logger, format: winstonFormat });
 * new CircuitBreaker({ name: 'payments', listeners: [listener] }).forceOpen(); // => warn payments forced_open
 * ```
 *
 * @see {@link pinoFormat}, {@link LogFields}
 */
export function winstonFormat(signal: Signal): [info: LogFields & { readonly message: string }] {
  const fields = fieldsOf(signal);
  // One object and not a message with fields behind: winston drops those if there is a `%s` in the message.
  const info = { ...fields, message: lineOf(signal) };
  return [isErrorLike(fields.err) ? { ...info, err: plain(fields.err) } : info];
}

// Not instanceof: Angular's HttpErrorResponse is none, nor is an error of another realm.
function isErrorLike(cause: unknown): cause is Error {
  return typeof cause === 'object' && cause !== null && 'message' in cause && typeof cause.message === 'string';
}

function plain({ name, message, stack }: Error): Error {
  return { name, message, ...(stack === undefined ? {} : { stack }) };
}
