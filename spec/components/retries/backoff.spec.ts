import { backoff, CircuitBreaker, probes, type BackoffOptions } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { openingOf } from '../../support/fixtures.ts';

function waits(options: BackoffOptions, reopens: readonly number[], random = 0.5): unknown[] {
  return reopens.map((count) => backoff(options)(openingOf({ reopens: count, random: () => random })));
}

describe('backoff', () => {
  it('should double by default, up to five minutes', () => {
    expect(waits({ initial: 10_000 }, [0, 1, 2, 3, 4, 5, 6])).toStrictEqual([
      10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000,
    ]);
  });

  it('should take undefined for the defaults', () => {
    const options = { initial: 10_000, multiplier: undefined, max: undefined, jitter: undefined };
    expect(waits(options, [0, 1, 5], 0)).toStrictEqual([10_000, 20_000, 300_000]);
  });

  it.each([
    { options: { initial: 100, multiplier: 3, max: 1_000 }, expected: [100, 300, 900, 1_000, 1_000] },
    { options: { initial: 100, multiplier: 1 }, expected: [100, 100, 100, 100, 100] },
    { options: { initial: 100, multiplier: 1.5, max: 200 }, expected: [100, 150, 200, 200, 200] },
    { options: { initial: 100, max: 100 }, expected: [100, 100, 100, 100, 100] },
  ])('should be min(max, initial × multiplier^reopens) for $options', ({ options, expected }) => {
    expect(waits(options, [0, 1, 2, 3, 4])).toStrictEqual(expected);
  });

  it.each([
    { random: 0, expected: [50, 100, 400, 400] },
    { random: 0.5, expected: [100, 200, 800, 800] },
    { random: 0.75, expected: [125, 250, 800, 800] },
  ])('should spread by jitter, then be at most max: $random drawn', ({ random, expected }) => {
    expect(waits({ initial: 100, max: 800, jitter: 0.5 }, [0, 1, 3, 9], random)).toStrictEqual(expected);
  });

  it('should be at most max, and never less than before, for any number of reopens', () => {
    const options = { initial: 100, multiplier: 2, max: 600_000 };
    const all = waits(
      options,
      Array.from({ length: 5_001 }, (_, reopens) => reopens),
    );
    expect(all.slice(0, 3)).toStrictEqual([100, 200, 400]);
    expect(all.every((wait, i) => i === 0 || Number(wait) >= Number(all[i - 1]))).toBe(true);
    expect(new Set(all.slice(13))).toStrictEqual(new Set([600_000]));
  });

  it.each([1_023, 1_024, 5_000, Number.MAX_SAFE_INTEGER])('should be max times jitter after %d reopens', (reopens) => {
    expect(waits({ initial: 0.5, multiplier: 10, max: 1_000, jitter: 0.1 }, [reopens], 0)).toStrictEqual([900]);
  });

  it('should draw once for each opening', () => {
    const random = vi.fn(() => 0);
    expect(backoff({ initial: 100, jitter: 0.1 })(openingOf({ random }))).toBe(90);
    expect(random).toHaveBeenCalledOnce();
  });

  it('should grow with each reopening, and start again once the circuit has closed', () => {
    const waited: (number | undefined)[] = [];
    const retry = backoff({ initial: 100 });
    let now = 0;
    const breaker = new CircuitBreaker({
      retry: (opening) => {
        const wait = Number(retry(opening));
        waited.push(wait);
        return wait;
      },
      recovery: probes(1),
      scheduler: { now: () => now, schedule: () => ({ unsubscribe: () => undefined }) as never },
    });
    breaker.trip();
    for (const outcome of ['failure', 'failure', 'success'] as const) {
      now = breaker.info().retryAt!;
      const probe = breaker.admit();
      if (outcome === 'failure') probe.error('down');
      else probe.complete();
    }
    expect(breaker.state).toBe('closed');
    breaker.trip();
    expect(waited).toStrictEqual([100, 200, 400, 100]);
  });

  it.each<[unknown, ErrorConstructor, RegExp]>([
    [undefined, TypeError, /^backoff: options must be an object, got undefined$/],
    [1_000, TypeError, /^backoff: options must be an object, got 1000$/],
    [{}, TypeError, /^backoff: initial must be a finite number of ms above 0, got undefined$/],
    [{ initial: 0 }, RangeError, /^backoff: initial .* got 0$/],
    [{ initial: -1 }, RangeError, /^backoff: initial .* got -1$/],
    [{ initial: NaN }, RangeError, /^backoff: initial .* got NaN$/],
    [{ initial: Infinity }, RangeError, /^backoff: initial .* got Infinity$/],
    [{ initial: 1, multiplier: 0.5 }, RangeError, /^backoff: multiplier .* at least 1, got 0\.5$/],
    [{ initial: 1, multiplier: 0 }, RangeError, /^backoff: multiplier .* got 0$/],
    [{ initial: 1, multiplier: NaN }, RangeError, /^backoff: multiplier .* got NaN$/],
    [{ initial: 1, multiplier: '2' }, TypeError, /^backoff: multiplier .* got "2"$/],
    [{ initial: 10, max: 9 }, RangeError, /^backoff: max .* at least 10, got 9$/],
    [{ initial: 10, max: NaN }, RangeError, /^backoff: max .* got NaN$/],
    [{ initial: 10, max: null }, TypeError, /^backoff: max .* got null$/],
    [{ initial: 1, jitter: -0.1 }, RangeError, /^backoff: jitter must be a ratio from 0 to 1, got -0\.1$/],
    [{ initial: 1, jitter: 1.1 }, RangeError, /^backoff: jitter .* got 1\.1$/],
    [{ initial: 1, jitter: NaN }, RangeError, /^backoff: jitter .* got NaN$/],
    [{ initial: 1, jitter: '0.1' }, TypeError, /^backoff: jitter .* got "0\.1"$/],
    [{ initial: 1, factor: 2 }, TypeError, /^backoff got an unknown option "factor"; it takes initial, multiplier, /],
  ])('should refuse backoff(%o)', (options, type, message) => {
    const make = (): unknown => backoff(options as BackoffOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
