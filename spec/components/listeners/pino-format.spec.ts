import { pino } from 'pino';
import { CircuitBreaker, failureStreak, logListener, pinoFormat } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { metricWith } from '../../support/fixtures.ts';
import { signalOf } from '../../support/signals.ts';

/** What pino writes, parsed. */
function notingPino(): { lines: unknown[]; logger: pino.Logger } {
  const lines: unknown[] = [];
  return { lines, logger: pino({ base: null }, { write: (json) => lines.push(JSON.parse(json)) }) };
}

describe('pinoFormat', () => {
  it('should make the fields and the line', () => {
    const metric = metricWith({ calls: 4, failures: 3, duration: 200 });
    expect(pinoFormat(signalOf({ metric, retryAt: 60_000, detail: 'why', cause: 'down' }))).toStrictEqual([
      {
        circuit: 'payments',
        oldState: 'closed',
        newState: 'open',
        reason: 'tripped',
        detail: 'why',
        retryAt: 60_000,
        totalCount: 4,
        failureCount: 3,
        failureRate: 0.75,
        avgDuration: 50,
        err: 'down',
      },
      'payments: closed → open (tripped: why)',
    ]);
  });

  it('should have no field err without a cause', () => {
    expect(pinoFormat(signalOf())[0]).not.toHaveProperty('err');
  });

  it('should be what pino takes: fields, the message and the error in its own form', () => {
    const { lines, logger } = notingPino();
    const breaker = new CircuitBreaker({
      name: 'payments',
      tripper: failureStreak(1),
      retry: () => 5_000,
      scheduler: new ManualScheduler(1_000),
      listeners: [logListener({ logger, format: pinoFormat })],
    });
    breaker.admit().error(new RangeError('too far'));
    breaker.disable();
    expect(lines).toMatchObject([
      {
        level: 40,
        circuit: 'payments',
        newState: 'open',
        retryAt: 6_000,
        totalCount: 1,
        err: { type: 'RangeError', message: 'too far', stack: expect.stringContaining('pino-format.spec') as string },
        msg: expect.stringMatching(/^payments: closed → open \(tripped: /) as string,
      },
      { level: 30, oldState: 'open', newState: 'disabled', msg: 'payments: open → disabled (manual: disable())' },
    ]);
    expect(lines[1]).not.toHaveProperty('retryAt');
    expect(lines[1]).not.toHaveProperty('err');
  });

  it('should keep names that look like placeholders', () => {
    const { lines, logger } = notingPino();
    const name = '50%s %d %% off';
    new CircuitBreaker({ name, listeners: [logListener({ logger, format: pinoFormat })] }).disable();
    expect(lines).toMatchObject([{ circuit: name, msg: `${name}: closed → disabled (manual: disable())` }]);
  });
});
