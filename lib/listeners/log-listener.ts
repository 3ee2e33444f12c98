import type { Signal } from '../shapes/signal.ts';
import type { State } from '../shapes/state.ts';
import { checkFunction, checkOptions, wrongType } from '../support/check.ts';
import type { Listener } from './listener.ts';

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
export interface LogListenerOptions {
  /** What the lines begin with. Default the name of the circuit. */
  readonly name?: string | undefined;
  /** Where they go: anything with a method for each level that occurs. Default `console`. */
  readonly logger?: Partial<Record<LogLevel, (message: string) => void>> | undefined;
  /** The level by the state entered. Default `warn` for `open` and `forced_open`, `info` for the others. */
  readonly levels?: Partial<Record<State, LogLevel | undefined>> | undefined;
}

/**
 * A listener that logs a line for each state change; call it to make one.
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
export function logListener(options: LogListenerOptions = {}): Listener {
  checkOptions('logListener', options, ['name', 'logger', 'levels']);
  const { name, logger = console, levels = {} } = options;
  if (name !== undefined && typeof name !== 'string') throw wrongType('logListener: name', 'a string', name);
  checkOptions('logListener: levels', levels, Object.keys(DEFAULT_LEVELS));
  const levelOf = { ...DEFAULT_LEVELS };
  for (const [state, level] of Object.entries(levels)) {
    if (level === undefined) continue;
    if (!LEVELS.includes(level)) throw wrongType(`logListener: levels.${state}`, `one of ${LEVELS.join(', ')}`, level);
    levelOf[state as State] = level;
  }
  // Those that are needed: a logger of one's own may have no more.
  for (const level of new Set(Object.values(levelOf))) {
    checkFunction(`logListener: logger.${level}`, (logger as Partial<Record<LogLevel, unknown>> | null)?.[level]);
  }
  return (signal) => logger[levelOf[signal.newState]]?.(line(name ?? signal.name, signal));
}

function line(name: string, { oldState, newState, reason, detail }: Signal): string {
  return `${name}: ${oldState} → ${newState} (${reason}: ${detail})`;
}
