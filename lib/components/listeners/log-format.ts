import type { Signal } from '../../types/signal.ts';

/**
 * Makes of a state change what the method of a logger is called with: a list of arguments.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, logListener, type LogFormat } from 'rxjs-fluxgate';
 *
 * const short: LogFormat<[line: string]> = ({ name, newState }) => [`${name} is ${newState}`];
 * const logger = { ...console, info: (line: string) => console.log(line) };
 * new CircuitBreaker({ name: 'stock', listeners: [logListener({ logger, format: short })] }).disable();
 * // => stock is disabled
 * ```
 *
 * @see {@link logListener}; {@link pinoFormat} and {@link winstonFormat} are ready ones
 */
export type LogFormat<Arguments extends unknown[]> = (signal: Signal) => Arguments;

/** `payments: closed → open (tripped: …)`. */
export function lineOf({ name, oldState, newState, reason, detail }: Signal): string {
  return `${name}: ${oldState} → ${newState} (${reason}: ${detail})`;
}
