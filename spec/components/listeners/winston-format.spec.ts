import { Writable } from 'node:stream';
import { CircuitBreaker, failureStreak, logListener, winstonFormat } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { createLogger, format, transports, type Logger } from 'winston';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { signalOf } from '../../support/signals.ts';

/** What winston writes, parsed. */
function notingWinston(): { lines: unknown[]; logger: Logger } {
  const lines: unknown[] = [];
  const stream = new Writable({
    write(json, _encoding, done) {
      lines.push(JSON.parse(String(json)));
      done();
    },
  });
  const logger = createLogger({
    format: format.combine(format.splat(), format.json()),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- to winston's types it is an interface
    transports: [new transports.Stream({ stream })],
  });
  return { lines, logger };
}

describe('winstonFormat', () => {
  it('should make one object of the fields and the line', () => {
    expect(winstonFormat(signalOf({ detail: 'why', cause: 'down' }))).toStrictEqual([
      {
        circuit: 'payments',
        oldState: 'closed',
        newState: 'open',
        reason: 'tripped',
        detail: 'why',
        retryAt: undefined,
        totalCount: 0,
        failureCount: 0,
        failureRate: undefined,
        avgDuration: undefined,
        err: 'down',
        message: 'payments: closed → open (tripped: why)',
      },
    ]);
  });

  it('should have no field err without a cause', () => {
    expect(winstonFormat(signalOf())[0]).not.toHaveProperty('err');
  });

  it.each([
    ['an error', new TypeError('bad'), { name: 'TypeError', message: 'bad', stack: expect.any(String) as string }],
    ['what is only like an error', { name: 'E', message: 'bad', config: 1 }, { name: 'E', message: 'bad' }],
    ['null', null, null],
    ['a value', { status: 503 }, { status: 503 }],
    ['a value with a message that is no text', { message: 5 }, { message: 5 }],
  ])('should show as plain data a cause that is %s', (_, cause, err) => {
    expect(winstonFormat(signalOf({ cause }))[0].err).toStrictEqual(err);
  });

  it('should be what winston takes: fields, the message and the error', () => {
    const { lines, logger } = notingWinston();
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(1),
      retry: () => 5_000,
      scheduler: new ManualScheduler(1_000),
      listeners: [logListener({ logger, format: winstonFormat })],
    });
    breaker.admit().error(new RangeError('too far'));
    breaker.disable();
    expect(lines).toMatchObject([
      {
        level: 'warn',
        circuit: 'payments',
        newState: 'open',
        retryAt: 6_000,
        totalCount: 1,
        err: { name: 'RangeError', message: 'too far' },
        message: expect.stringMatching(/^payments: closed → open \(tripped: /) as string,
      },
      { level: 'info', newState: 'disabled', message: 'payments: open → disabled (manual: disable())' },
    ]);
  });

  it('should keep names that look like placeholders, and the fields with them', () => {
    const { lines, logger } = notingWinston();
    const name = '50%s %d %% off';
    new CircuitBreaker({ name, listeners: [logListener({ logger, format: winstonFormat })] }).disable();
    expect(lines).toMatchObject([{ circuit: name, message: `${name}: closed → disabled (manual: disable())` }]);
  });
});
