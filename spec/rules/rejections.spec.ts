import { of } from 'rxjs';
import {
  type CallNotPermittedError,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  isCallNotPermitted,
} from 'rxjs-fluxgate';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { run } from '../process/run.ts';
import { collect } from '../support/collect.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { fail } from '../support/script.ts';

/** An error as axios makes it: it carries the request with its token. */
const secret = Object.assign(new Error('Request failed'), { config: { headers: { Authorization: 'Bearer secret' } } });

function rejection(): CallNotPermittedError {
  const scheduler = new ManualScheduler();
  const breaker = new CircuitBreaker({
    name: 'payments',
    tripper: failureStreak(1),
    retry: cooldown(1_000),
    scheduler,
  });
  fail(breaker, secret);
  scheduler.pass(300);
  const [, error] = collect(of(1).pipe(circuitBreaker(breaker)));
  if (!isCallNotPermitted(error)) throw new Error('the call was admitted');
  return error;
}

describe('a rejection', () => {
  it('shows no other caller the request that opened the circuit, when it is logged as JSON', () => {
    const error = rejection();
    expect(error.cause).toBe(secret);
    expect(JSON.parse(JSON.stringify(error))).toStrictEqual({
      name: 'CallNotPermittedError',
      message: error.message,
      circuit: 'payments',
      state: 'open',
      retryAfter: 700,
    });
    expect(JSON.stringify({ error: [error] })).not.toContain('secret');
  });

  it('has no more enumerable than circuit, state and retryAfter', () => {
    const error = rejection();
    expect(Object.keys(error).sort()).toStrictEqual(['circuit', 'retryAfter', 'state']);
    expect(Object.values(error)).not.toContain(secret);
    const inherited: string[] = [];
    for (const key in error) inherited.push(key);
    expect(inherited).not.toContain('cause');
    expect(JSON.stringify(Object.assign({}, error))).not.toContain('secret');
  });

  it.each(['name', 'message', 'stack', 'cause'] as const)('has a %s, as any native error', (key) => {
    const error = rejection();
    expect(key in error).toBe(true);
    expect(Object.keys(error).includes(key)).toBe(false);
    // Frameworks add to messages.
    Object.assign(error, { message: 'no price' });
    expect(error.message).toBe('no price');
    expect(Object.keys(error).includes('message')).toBe(false);
    expect(error).toBeInstanceOf(Error);
    expect(Object.prototype.toString.call(new Error('a'))).toBe('[object Error]');
    expect(inspect(error)).toContain('CallNotPermittedError');
  });

  it('has `retryAfter` in whole ms, rounded up', () => {
    const scheduler = new ManualScheduler(0.75);
    const breaker = new CircuitBreaker({ retry: cooldown(1_000), scheduler });
    breaker.trip();
    for (const [pass, left] of [
      [0.5, 1_000],
      [0.5, 999],
      [998.5, 1],
    ] as const) {
      scheduler.pass(pass);
      const [, error] = collect(of(1).pipe(circuitBreaker(breaker)));
      expect(error).toMatchObject({ retryAfter: left });
    }
  });

  it('is one, though `Error.prototype` is frozen', async () => {
    const { code, lines, complaints } = await run('frozen-error');
    expect(complaints).toBe('');
    expect(lines).toStrictEqual([
      'true',
      'CallNotPermittedError',
      'Circuit "frozen" is forced_open: call not permitted',
    ]);
    expect(code).toBe(0);
  }, 30_000);
});
