import assert from 'node:assert';
import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import {
  CallNotPermittedError,
  isCallNotPermitted,
  type CallNotPermittedDetails,
} from '../../lib/errors/call-not-permitted-error.ts';

const details: CallNotPermittedDetails = { circuit: 'payments', state: 'open', retryAfter: 500, cause: undefined };

describe('CallNotPermittedError', () => {
  it('should be an Error by that name', () => {
    const error = new CallNotPermittedError(details);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('CallNotPermittedError');
  });

  it('should have the circuit, its state, when to come back and what opened it', () => {
    const cause = new Error('down');
    expect(new CallNotPermittedError({ ...details, cause })).toMatchObject({ ...details, cause });
  });

  it('should say in its message who rejected the call and for how long', () => {
    expect(new CallNotPermittedError(details).message).toBe(
      'Circuit "payments" is open: call not permitted, retry after 500 ms',
    );
  });

  it('should have no time if the wait is unknown', () => {
    expect(new CallNotPermittedError({ ...details, state: 'forced_open', retryAfter: undefined }).message).toBe(
      'Circuit "payments" is forced_open: call not permitted',
    );
  });

  it('should say 0 ms, not nothing', () => {
    expect(new CallNotPermittedError({ ...details, retryAfter: 0 }).message).toMatch(/retry after 0 ms$/);
  });

  it.each([undefined, null, 0, '', false])('should keep %o as the cause', (cause) => {
    expect(new CallNotPermittedError({ ...details, cause }).cause).toBe(cause);
  });

  it('should have no stack frames', () => {
    expect(new CallNotPermittedError(details).stack).not.toMatch(/\n\s+at /);
  });

  it('should print with its name and message', () => {
    expect(String(new CallNotPermittedError(details))).toBe(
      'CallNotPermittedError: Circuit "payments" is open: call not permitted, retry after 500 ms',
    );
  });

  it('should have a stack with its name and message, for those who log the stack', () => {
    expect(new CallNotPermittedError(details).stack).toBe(String(new CallNotPermittedError(details)));
  });

  it('should print as an error, with all that it knows', () => {
    const printed = inspect(new CallNotPermittedError({ ...details, cause: new Error('down') }));
    expect(printed).toMatch(
      /^\[CallNotPermittedError: Circuit "payments" is open: call not permitted, retry after 500 ms\]/,
    );
    expect(printed).toMatch(/Error: down/);
    expect(printed.match(/call not permitted/g)).toHaveLength(1);
  });

  it('should be a class of errors to who asserts that it is thrown', () => {
    const wrong = (): never => {
      throw new Error('other');
    };
    expect(() => assert.throws(wrong, CallNotPermittedError)).toThrow(assert.AssertionError);
    expect(Object.getPrototypeOf(Object.getPrototypeOf(CallNotPermittedError))).toBe(Error);
  });

  it('should be rejected by promises and thrown as any error', async () => {
    await expect(Promise.reject(new CallNotPermittedError(details))).rejects.toThrow(CallNotPermittedError);
    expect(() => {
      throw new CallNotPermittedError(details);
    }).toThrow(/call not permitted/);
  });
});

describe('the members of a CallNotPermittedError', () => {
  const secret = Object.assign(new Error('401'), { token: 'secret' });
  const make = (): CallNotPermittedError =>
    new CallNotPermittedError({ circuit: 'stock', state: 'open', retryAfter: 5, cause: secret });

  it.each(['name', 'message', 'stack', 'cause'] as const)('should let %s be assigned, not enumerable', (key) => {
    const error = make();
    const other = make();
    error[key] = 'changed';
    expect(error[key]).toBe('changed');
    error[key] = 'again';
    expect(error[key]).toBe('again');
    expect(Object.keys(error).sort()).toStrictEqual(['circuit', 'retryAfter', 'state']);
    expect(other[key]).not.toBe('again');
  });

  it('should follow in the stack what name and message are', () => {
    const error = make();
    error.message = 'no price';
    expect(error.stack).toBe('CallNotPermittedError: no price');
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ message: 'no price' });
  });

  it('should show the cause to none who walks through all that is enumerable, own or inherited, by name or symbol', () => {
    const walk = (value: unknown, seen = new Set<unknown>()): boolean => {
      if (value === secret || value === 'secret') return true;
      if (typeof value !== 'object' || value === null || seen.has(value)) return false;
      seen.add(value);
      const keys: (string | symbol)[] = Object.getOwnPropertySymbols(value).filter((key) =>
        Object.prototype.propertyIsEnumerable.call(value, key),
      );
      for (const key in value) keys.push(key);
      return keys.some((key) => walk((value as Record<string | symbol, unknown>)[key], seen));
    };
    const error = make();
    expect(error.cause).toBe(secret);
    expect(walk(error)).toBe(false);
    expect(walk({ cause: secret })).toBe(true);
  });
});

describe('isCallNotPermitted', () => {
  it('should know a rejection', () => {
    expect(isCallNotPermitted(new CallNotPermittedError(details))).toBe(true);
  });

  it('should know a rejection of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../../lib/errors/call-not-permitted-error.ts');
    const error = new copy.CallNotPermittedError(details);
    expect(error).not.toBeInstanceOf(CallNotPermittedError);
    expect(isCallNotPermitted(error)).toBe(true);
    expect(copy.isCallNotPermitted(new CallNotPermittedError(details))).toBe(true);
  });

  it('should know a rejection of a subclass', () => {
    class Rejection extends CallNotPermittedError {}
    expect(isCallNotPermitted(new Rejection(details))).toBe(true);
  });

  it.each([
    undefined,
    null,
    0,
    'CallNotPermittedError',
    Symbol('CallNotPermittedError'),
    {},
    [],
    () => undefined,
    { circuit: 'payments' },
    { circuit: 'payments', name: 'stock' },
    new Error('CallNotPermittedError'),
    new TypeError('down'),
    Object.create(null),
    CallNotPermittedError,
  ])('should not take %o for one', (error) => {
    expect(isCallNotPermitted(error)).toBe(false);
  });

  it('should not take an unrelated error of the same name for one', () => {
    const error = new Error('mine');
    error.name = 'CallNotPermittedError';
    expect(isCallNotPermitted(error)).toBe(false);
  });
});
