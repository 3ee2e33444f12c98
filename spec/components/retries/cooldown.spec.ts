import { CircuitBreaker, circuitBreaker, cooldown, type CooldownOptions } from 'rxjs-fluxgate';
import { catchError, of } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { marbles } from '../../support/marbles.ts';
import { openingOf } from '../../support/fixtures.ts';

describe('cooldown', () => {
  it('should wait the same each time', () => {
    const retry = cooldown(1_000);
    expect([0, 1, 5_000].map((reopens) => retry(openingOf({ reopens })))).toStrictEqual([1_000, 1_000, 1_000]);
  });

  it.each([
    { random: 0, wait: 900 },
    { random: 0.5, wait: 1_000 },
    { random: 0.75, wait: 1_050 },
  ])('should wait $wait ms of 1000 with a jitter of 0.1 and $random drawn', ({ random, wait }) => {
    expect(cooldown(1_000, { jitter: 0.1 })(openingOf({ random: () => random }))).toBe(wait);
  });

  it('should have no jitter by default, also if given undefined', () => {
    const random = vi.fn(() => 0);
    expect(cooldown(1_000, { jitter: undefined })(openingOf({ random }))).toBe(1_000);
    expect(random).not.toHaveBeenCalled();
  });

  it.each([
    { at: 899, admitted: false },
    { at: 900, admitted: true },
    { at: 901, admitted: true },
  ])('should let a probe through at 900 ms: $admitted at $at ms', ({ at, admitted }) => {
    marbles((m) => {
      const breaker = new CircuitBreaker({ retry: cooldown(1_000, { jitter: 0.1 }), random: () => 0 });
      breaker.trip();
      const source = m.cold('a|');
      const guarded = source.pipe(
        circuitBreaker(breaker),
        catchError(() => of('r')),
      );
      const wait = `${String(at)}ms `;
      m.expect(guarded, `${wait}^`).toBeObservable(wait + (admitted ? 'a|' : '(r|)'));
    })();
  });

  it(
    'should draw once for each opening, however often it is asked whether it is due',
    marbles((m) => {
      const random = vi.fn(() => 0);
      const breaker = new CircuitBreaker({ retry: cooldown(1_000, { jitter: 0.1 }), random });
      breaker.trip();
      for (let i = 0; i < 50; i++) m.scheduler.schedule(() => expect(() => breaker.admit()).toThrow(), i);
      m.flush();
      expect(breaker.info().retryAt).toBe(900);
      expect(random).toHaveBeenCalledOnce();
      breaker.reset();
      breaker.trip();
      expect(random).toHaveBeenCalledTimes(2);
    }),
  );

  it.each<[unknown, unknown, ErrorConstructor, RegExp]>([
    [0, {}, RangeError, /^cooldown: ms must be a finite number of ms above 0, got 0$/],
    [-1, {}, RangeError, /^cooldown: ms .* got -1$/],
    [NaN, {}, RangeError, /^cooldown: ms .* got NaN$/],
    [Infinity, {}, RangeError, /^cooldown: ms .* got Infinity$/],
    ['1000', {}, TypeError, /^cooldown: ms .* got "1000"$/],
    [undefined, {}, TypeError, /^cooldown: ms .* got undefined$/],
    [1, { jitter: -0.1 }, RangeError, /^cooldown: jitter must be a ratio from 0 to 1, got -0\.1$/],
    [1, { jitter: 1.1 }, RangeError, /^cooldown: jitter .* got 1\.1$/],
    [1, { jitter: NaN }, RangeError, /^cooldown: jitter .* got NaN$/],
    [1, { jitter: true }, TypeError, /^cooldown: jitter .* got true$/],
    [1, { jiter: 0.1 }, TypeError, /^cooldown got an unknown option "jiter"; it takes jitter$/],
    [1, 0.1, TypeError, /^cooldown: options must be an object, got 0\.1$/],
  ])('should refuse cooldown(%o, %o)', (ms, options, type, message) => {
    const make = (): unknown => cooldown(ms as number, options as CooldownOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
