import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toCauseSummary } from '../../lib/util/cause-summary.ts';
import { heapUsed } from '../support/heap-used.ts';

describe('toCauseSummary', () => {
  it('should leave the name, the message, the stack, and a code or status', () => {
    const error = Object.assign(new TypeError('fetch failed'), { code: 'ECONNRESET', status: 503 });
    const summary = toCauseSummary(error) as typeof error;
    expect(summary).toBeInstanceOf(Error);
    expect([summary.name, summary.message, summary.code, summary.status]).toStrictEqual([
      ...['TypeError', 'fetch failed', 'ECONNRESET', 503],
    ]);
    expect(summary.stack).toBe(error.stack);
    expect(Object.keys(summary)).toStrictEqual([]);
  });

  it('should leave nothing that hangs on the error', () => {
    const error = Object.assign(new Error('401', { cause: { token: 'hunter2' } }), { config: { token: 'hunter2' } });
    expect(inspect(toCauseSummary(error), { depth: 10, showHidden: true })).not.toContain('hunter2');
  });

  it('should cut what is long', () => {
    const error = Object.assign(new Error('m'.repeat(10_000)), { stack: 's'.repeat(100_000), code: 'c'.repeat(1_000) });
    const { message, stack, code } = toCauseSummary(error) as typeof error;
    expect([message.length, stack.length, code.length]).toStrictEqual([501, 4_001, 101]);
  });

  it('should pass plain values, a long text cut, and say the kind of other objects', () => {
    expect([5, undefined, null, true].map(toCauseSummary)).toStrictEqual([5, undefined, null, true]);
    expect(String(toCauseSummary('x'.repeat(1_000))).length).toBe(501);
    expect(String(toCauseSummary(new Map()))).toBe('Cause: a value: [object Map]');
  });

  it('should take an error whose getters throw', () => {
    const hostile = Object.defineProperty({}, 'message', {
      get: () => {
        throw new Error('gotcha');
      },
    });
    expect(String(toCauseSummary(hostile))).toBe('Cause: a value: [object Object]');
  });

  it('should hold neither the body of a response nor the text that a message was cut from', () => {
    const before = heapUsed();
    const summaries = Array.from({ length: 20 }, (_, i) =>
      toCauseSummary(
        Object.assign(new Error(`${String(i)}${'x'.repeat(1_000_000)}`), {
          body: Array.from({ length: 100_000 }, (_, j) => j),
        }),
      ),
    );
    // The texts and bodies are 36 MB.
    expect(heapUsed() - before).toBeLessThan(3_000_000);
    expect(summaries.length).toBe(20);
  });
});
