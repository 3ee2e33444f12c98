import type { Signal } from '../../types/signal.ts';
import { escapeControls } from './escape-controls.ts';

/**
 * Makes the list of arguments that the method of a logger is called with for a state change.
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

/** `payments: closed → open (tripped: …)`, always one line: a name or a detail may come from outside. */
export function lineOf({ name, oldState, newState, reason, detail }: Signal): string {
  return escapeControls(`${name}: ${oldState} → ${newState} (${reason}: ${detail})`);
}
