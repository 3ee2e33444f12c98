import {
  CircuitBreaker,
  failureStreak,
  logListener,
  pinoFormat,
  probes,
  winstonFormat,
  type LogListenerOptions,
  type LogLevel,
  type State,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { spyOnReports } from '../../support/spy-on-reports.ts';

const reported = spyOnReports();

/** Notes each line with its level. */
function notingLogger(): { lines: string[]; logger: Record<LogLevel, (message: string) => void> } {
  const lines: string[] = [];
  const at = (level: LogLevel) => (message: string) => void lines.push(`${level} ${message}`);
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

/** Goes through all states but half-open. */
function command(breaker: CircuitBreaker): void {
  breaker.trip();
  breaker.metricsOnly();
  breaker.disable();
  breaker.forceOpen();
  breaker.reset();
}

describe('logListener', () => {
  it('should log a line for each change, with the circuit, both states, the reason and the detail', () => {
    const { lines, logger } = notingLogger();
    command(new CircuitBreaker({ name: 'payments', listeners: [logListener({ logger })] }));
    expect(lines).toStrictEqual([
      'warn payments: closed → open (manual: trip())',
      'info payments: open → metrics_only (manual: metricsOnly())',
      'info payments: metrics_only → disabled (manual: disable())',
      'warn payments: disabled → forced_open (manual: forceOpen())',
      'info payments: forced_open → closed (manual: reset())',
    ]);
  });

  it('should log what tripped the circuit and how it recovered', () => {
    const { lines, logger } = notingLogger();
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: ({ failures }) => failures >= 1,
      retry: () => 0,
      recovery: probes(1),
      listeners: [logListener({ logger })],
    });
    breaker.admit().error('down');
    breaker.admit().complete();
    expect(lines.map((line) => line.replace(/:[^:]*\)$/, ')'))).toStrictEqual([
      'warn payments: closed → open (tripped)',
      'info payments: open → half_open (retry)',
      'info payments: half_open → closed (recovered)',
    ]);
  });

  it.each([
    ['a line break', 'a\nERROR payments: all is lost', 'a\\u000aERROR payments: all is lost'],
    ['a carriage return', 'a\rb', 'a\\u000db'],
    ['an ANSI code', '\u001b[2Ka', '\\u001b[2Ka'],
    ['a C1 control', '\u009b31ma', '\\u009b31ma'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['a mark that turns text', '\u202egnp.exe', '\\u202egnp.exe'],
  ])('should keep %s in a name or a detail from forging a line', (_what, text, shown) => {
    const { lines, logger } = notingLogger();
    const tripper = Object.assign(failureStreak(1), { explain: () => text });
    const breaker = new CircuitBreaker({ name: text, tripper, listeners: [logListener({ logger })] });
    breaker.admit().error('down');
    expect(lines).toStrictEqual([`warn ${shown}: closed → open (tripped: ${shown})`]);
    for (const format of [pinoFormat, winstonFormat]) {
      const other = notingLogger();
      const record = (...args: unknown[]): void => void other.lines.push(JSON.stringify(args));
      const structured = { ...console, info: record, warn: record };
      const listener = logListener({ logger: structured, format: format as typeof pinoFormat });
      new CircuitBreaker({ name: text, listeners: [listener] }).trip();
      expect(other.lines[0]).toContain(JSON.stringify(`${shown}: closed → open (manual: trip())`).slice(1, -1));
    }
  });

  it('should begin its lines with another name if asked to', () => {
    const { lines, logger } = notingLogger();
    new CircuitBreaker({ listeners: [logListener({ name: 'shop', logger })] }).trip();
    expect(lines).toStrictEqual(['warn shop: closed → open (manual: trip())']);
  });

  it('should log at other levels if asked to, and at the default ones for the rest', () => {
    const { lines, logger } = notingLogger();
    const levels: Partial<Record<State, LogLevel>> = { open: 'error', closed: 'debug', disabled: 'warn' };
    command(new CircuitBreaker({ listeners: [logListener({ logger, levels })] }));
    expect(lines.map((line) => line.split(' ')[0])).toStrictEqual(['error', 'info', 'warn', 'warn', 'debug']);
  });

  it('should log to the console by default, also if given undefined', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const listener = logListener({ name: undefined, logger: undefined, levels: undefined });
    new CircuitBreaker({ name: 'stock', listeners: [listener] }).trip();
    expect(warn.mock.calls).toStrictEqual([['stock: closed → open (manual: trip())']]);
  });

  it('should take an undefined level for the default one', () => {
    const { lines, logger } = notingLogger();
    new CircuitBreaker({ listeners: [logListener({ logger, levels: { open: undefined } })] }).trip();
    expect(lines).toStrictEqual(['warn circuit-breaker: closed → open (manual: trip())']);
  });

  it('should call the methods on the logger', () => {
    class Logger {
      readonly lines: string[] = [];
      debug(line: string): void {
        this.lines.push(line);
      }
      info(line: string): void {
        this.lines.push(line);
      }
      warn(line: string): void {
        this.lines.push(line);
      }
      error(line: string): void {
        this.lines.push(line);
      }
    }
    const logger = new Logger();
    new CircuitBreaker({ listeners: [logListener({ logger })] }).trip();
    expect(logger.lines).toHaveLength(1);
  });

  it('should call them with what the format makes of the change, under the other name if one is given', () => {
    const calls: unknown[][] = [];
    const info = (...args: unknown[]): void => void calls.push(args);
    const listener = logListener({
      name: 'shop',
      logger: { ...console, info },
      format: ({ name, oldState, newState }) => [name, { oldState, newState }, 3],
    });
    new CircuitBreaker({ name: 'payments', listeners: [listener] }).disable();
    expect(calls).toStrictEqual([['shop', { oldState: 'closed', newState: 'disabled' }, 3]]);
  });

  it('should log nothing with a format that throws, which is reported', () => {
    const error = new Error('no format');
    const format = (): [line: string] => {
      throw error;
    };
    const { lines, logger } = notingLogger();
    const breaker = new CircuitBreaker({ listeners: [logListener({ logger, format })] });
    breaker.disable();
    expect(breaker.state).toBe('disabled');
    expect(lines).toStrictEqual([]);
    expect(reported.mock.calls).toStrictEqual([[error]]);
  });

  const { logger } = notingLogger();

  it('should need no more methods of a logger than the levels that occur', () => {
    const lines: string[] = [];
    const listener = logListener({
      logger: { info: (line) => lines.push(line) },
      levels: { open: 'info', forced_open: 'info' },
    });
    new CircuitBreaker({ name: 'stock', listeners: [listener] }).forceOpen();
    expect(lines).toStrictEqual(['stock: closed → forced_open (manual: forceOpen())']);
  });

  it.each<[unknown, RegExp]>([
    [null, /^logListener: options must be an object, got null$/],
    ['payments', /^logListener: options must be an object, got "payments"$/],
    [{ nmae: 'payments' }, /^logListener got an unknown option "nmae"; it takes name, logger, levels, format$/],
    [{ name: 5 }, /^logListener: name must be a string, got 5$/],
    [{ logger: null }, /^logListener: logger/],
    [{ logger: 'console' }, /^logListener: logger/],
    [{ logger: { ...logger, warn: undefined } }, /^logListener: logger\.warn must be a function, got undefined$/],
    [{ logger: { info: logger.info } }, /^logListener: logger\.warn must be a function, got undefined$/],
    [{ format: 'json' }, /^logListener: format must be a function, got "json"$/],
    [{ format: null }, /^logListener: format must be a function, got null$/],
    [{ levels: null }, /^logListener: levels: options must be an object, got null$/],
    [{ levels: { opened: 'warn' } }, /^logListener: levels got an unknown option "opened"; it takes closed, open, /],
    [{ levels: { open: 'fatal' } }, /^logListener: levels\.open must be one of debug, info, warn, error, got "fatal"$/],
    [{ levels: { open: 3 } }, /^logListener: levels\.open must be one of debug, info, warn, error, got 3$/],
  ])('should refuse %o', (options, message) => {
    const make = (): unknown => logListener(options as LogListenerOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
