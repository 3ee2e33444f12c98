import { CircuitBreaker, circuitBreaker, rampUp, type Permit, type RampUpOptions } from 'rxjs-fluxgate';
import { catchError, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../support/marbles.ts';
import { probeOf } from '../../support/fixtures.ts';

const steady = (ratio: number): Permit => rampUp({ initial: ratio, final: ratio, duration: 1 });

/** The numbers of the calls that are admitted of so many, the first being 1. */
function admittedOf(permit: Permit, asked: number, now = 0): number[] {
  const admitted: number[] = [];
  for (let call = 1; call <= asked; call++) {
    const probe = probeOf({ admitted: admitted.length, denied: call - 1 - admitted.length, now });
    if (permit(probe)) admitted.push(call);
  }
  return admitted;
}

describe('rampUp', () => {
  it.each([
    { ratio: 0.1, admitted: 100 },
    { ratio: 0.07, admitted: 70 },
    { ratio: 0.29, admitted: 290 },
    { ratio: 1 / 3, admitted: 334 },
    { ratio: 0.5, admitted: 500 },
    { ratio: 0.999, admitted: 999 },
    { ratio: 1, admitted: 1_000 },
    { ratio: 0.001, admitted: 1 },
  ])('should admit $admitted of 1000 calls at a ratio of $ratio', ({ ratio, admitted }) => {
    expect(admittedOf(steady(ratio), 1_000)).toHaveLength(admitted);
  });

  it.each([
    { ratio: 0.1, calls: [1, 11, 21, 31] },
    { ratio: 1 / 3, calls: [1, 4, 7, 10] },
    { ratio: 0.5, calls: [1, 3, 5, 7] },
    { ratio: 0.4, calls: [1, 3, 6, 8] },
  ])('should admit a call while admitted < ratio × asked: $calls at $ratio', ({ ratio, calls }) => {
    expect(admittedOf(steady(ratio), 40).slice(0, 4)).toStrictEqual(calls);
  });

  it.each([0.001, 0.1, 1])('should admit the first caller at a ratio of %d', (initial) => {
    expect(rampUp({ initial, final: 1, duration: 60_000 })(probeOf())).toBe(true);
  });

  it.each([
    { now: 0, admitted: 250 },
    { now: 1, admitted: 251 },
    { now: 250, admitted: 375 },
    { now: 500, admitted: 500 },
    { now: 999, admitted: 750 },
    { now: 1_000, admitted: 750 },
    { now: 1_000_000, admitted: 750 },
  ])('should admit $admitted of 1000 calls after $now ms of a ramp', ({ now, admitted }) => {
    const permit = rampUp({ initial: 0.25, final: 0.75, duration: 1_000 });
    expect(admittedOf(permit, 1_000, now)).toHaveLength(admitted);
  });

  it('should count time from the change of the state', () => {
    const permit = rampUp({ initial: 0.1, final: 1, duration: 1_000 });
    const second = { admitted: 1, denied: 0, changedAt: 5_000 };
    expect(permit(probeOf({ ...second, now: 5_000 }))).toBe(false);
    expect(permit(probeOf({ ...second, now: 6_000 }))).toBe(true);
  });

  it('should reach the final ratio exactly', () => {
    const permit = rampUp({ initial: 0.1, final: 0.7, duration: 3 });
    expect(admittedOf(permit, 1_000, 3)).toHaveLength(700);
  });

  it(
    'should be the share of the calls that become probes',
    marbles((m) => {
      const breaker = new CircuitBreaker({
        permit: rampUp({ initial: 0.5, final: 0.5, duration: 1 }),
        recovery: () => undefined,
        retry: () => 0,
      });
      breaker.trip();
      for (const [call, outcome] of ['a|', '(r|)', 'a|', '(r|)', 'a|', '(r|)'].entries()) {
        const source = m.cold('a|');
        const guarded = source.pipe(
          circuitBreaker(breaker),
          catchError(() => of('r')),
        );
        const begin = '-'.repeat(call);
        m.expect(guarded, `${begin}^`).toBeObservable(begin + outcome);
      }
    }),
  );

  it.each<[unknown, ErrorConstructor, RegExp]>([
    [undefined, TypeError, /^rampUp: options must be an object, got undefined$/],
    [{ final: 1, duration: 1 }, TypeError, /^rampUp: initial must be a ratio above 0 and at most 1, got undefined$/],
    [{ initial: 0, final: 1, duration: 1 }, RangeError, /^rampUp: initial must be .*, got 0$/],
    [{ initial: -0.1, final: 1, duration: 1 }, RangeError, /^rampUp: initial must be .*, got -0\.1$/],
    [{ initial: NaN, final: 1, duration: 1 }, RangeError, /^rampUp: initial must be .*, got NaN$/],
    [{ initial: '0.1', final: 1, duration: 1 }, TypeError, /^rampUp: initial must be .*, got "0\.1"$/],
    [
      { initial: 0.6, final: 0.5, duration: 1 },
      RangeError,
      /^rampUp: initial must be at most final \(0\.5\), got 0\.6$/,
    ],
    [{ initial: 0.1, final: 1.1, duration: 1 }, RangeError, /^rampUp: final must be .*, got 1\.1$/],
    [{ initial: 0.1, final: 0, duration: 1 }, RangeError, /^rampUp: final must be .*, got 0$/],
    [{ initial: 0.1, final: NaN, duration: 1 }, RangeError, /^rampUp: final must be .*, got NaN$/],
    [{ initial: 0.1, duration: 1 }, TypeError, /^rampUp: final must be .*, got undefined$/],
    [{ initial: 0.1, final: 1, duration: 0 }, RangeError, /^rampUp: duration must be .*, got 0$/],
    [{ initial: 0.1, final: 1, duration: -1 }, RangeError, /^rampUp: duration must be .*, got -1$/],
    [{ initial: 0.1, final: 1, duration: NaN }, RangeError, /^rampUp: duration must be .*, got NaN$/],
    [{ initial: 0.1, final: 1, duration: Infinity }, RangeError, /^rampUp: duration must be .*, got Infinity$/],
    [{ initial: 0.1, final: 1 }, TypeError, /^rampUp: duration must be .*, got undefined$/],
    [{ initial: 0.1, final: 1, duration: 1, start: 0 }, TypeError, /^rampUp got an unknown option "start"; it takes /],
  ])('should refuse rampUp(%o)', (options, type, message) => {
    const make = (): unknown => rampUp(options as RampUpOptions);
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
