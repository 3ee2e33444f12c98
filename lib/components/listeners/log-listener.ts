import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import type { Listener } from './listener.ts';
import { lineOf, type LogFormat } from './log-format.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const DEFAULT_LEVELS: Readonly<Record<State, LogLevel>> = {
  closed: 'info',
  open: 'warn',
  half_open: 'info',
  metrics_only: 'info',
  disabled: 'info',
  forced_open: 'warn',
};

/**
 * The levels that {@link logListener} logs at.
 *
 * @example
 * ```ts
 * import { logListener, type LogLevel } from 'rxjs-fluxgate';
 *
 * const opened: LogLevel = 'error';
 * console.log(typeof logListener({ levels: { open: opened } })); // => function
 * ```
 *
 * @see {@link LogListenerOptions.levels}
 * @useDeclaredType
 */
export type LogLevel = (typeof LEVELS)[number];

/**
 * Options of {@link logListener}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, logListener, type LogListenerOptions } from 'rxjs-fluxgate';
 *
 * const logger = { debug() {}, info: (line: string) => console.log(line), warn() {}, error() {} };
 * const options: LogListenerOptions = { name: 'shop', logger, levels: { disabled: 'info' } };
 * new CircuitBreaker({ listeners: [logListener(options)] }).disable();
 * // => shop: closed → disabled (manual: disable())
 * ```
 *
 * @see {@link logListener}
 */
export interface LogListenerOptions<Arguments extends unknown[] = [line: string]> {
  /** The beginning of each line. Default the name of the circuit. */
  readonly name?: string | undefined;
  /** Where they go: anything with a method for each level that occurs. Default `console`. */
  readonly logger?: Partial<Record<LogLevel, (...args: NoInfer<Arguments>) => void>> | undefined;
  /** Makes the arguments for the methods of the logger. Default a line of text. */
  readonly format?: LogFormat<Arguments> | undefined;
  /** The level by the state entered. Default `warn` for `open` and `forced_open`, `info` for the others. */
  readonly levels?: Partial<Record<State, LogLevel | undefined>> | undefined;
}

/**
 * A listener that logs a line for each state change; call it to make one. Control characters in names and details are
 * escaped, so that a line stays one line.
 *
 * {@link pinoFormat} and {@link winstonFormat} make structured lines of it, and a function of your own any other.
 *
 * @throws TypeError if the logger lacks a method, or if a level or a state does not exist
 * @example
 * ```ts
 * import { CircuitBreaker, logListener } from 'rxjs-fluxgate';
 *
 * const logger = { ...console, warn: (line: string) => console.log('WARN', line) };
 * const breaker = new CircuitBreaker({ name: 'payments', listeners: [logListener({ logger })] });
 * breaker.forceOpen(); // => WARN payments: closed → forced_open (manual: forceOpen())
 * ```
 *
 * @see {@link Listener}
 * @see Fluxgate's `LogListener`
 */
// An empty tuple in the constraint makes TypeScript infer a tuple from the list that a format returns.
export function logListener<Arguments extends unknown[] | [] = [line: string]>(
  options: LogListenerOptions<Arguments> = {},
): Listener {
  checkOptions('logListener', options, ['name', 'logger', 'levels', 'format']);
  const { name, logger = console, levels = {}, format = lineAlone } = options;
  if (name !== undefined && typeof name !== 'string') throw wrongType('logListener: name', 'a string', name);
  checkFunction('logListener: format', format);
  const levelOf = levelsOf(levels);
  // Only those that are needed: a logger of one's own may have no more.
  for (const level of new Set(Object.values(levelOf))) {
    checkFunction(`logListener: logger.${level}`, (logger as Partial<Record<LogLevel, unknown>> | null)?.[level]);
  }
  return (signal) => {
    const args = format(name === undefined ? signal : { ...signal, name });
    // Without a format the arguments are a line, which TypeScript cannot know.
    logger[levelOf[signal.newState]]?.(...(args as Arguments));
  };
}

function lineAlone(signal: Signal): [line: string] {
  return [lineOf(signal)];
}

function levelsOf(levels: NonNullable<LogListenerOptions['levels']>): Record<State, LogLevel> {
  checkOptions('logListener: levels', levels, Object.keys(DEFAULT_LEVELS));
  const levelOf = { ...DEFAULT_LEVELS };
  for (const [state, level] of Object.entries(levels)) {
    if (level === undefined) continue;
    if (!LEVELS.includes(level)) throw wrongType(`logListener: levels.${state}`, `one of ${LEVELS.join(', ')}`, level);
    levelOf[state as State] = level;
  }
  return levelOf;
}
