import {
  closed,
  failureRate,
  failureStreak,
  halfOpened,
  minRequests,
  slowRate,
  successStreak,
  Tripper,
  type CallContext,
  type TripperLike,
} from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { contextOf, metricWith } from '../../support/fixtures.ts';

const yes = Tripper.from(() => true);
const no = Tripper.from(() => false);
const context = contextOf();

class Busy extends Tripper {
  test({ inFlight }: CallContext): boolean {
    return inFlight > 10;
  }
}

describe('Tripper', () => {
  it.each([
    [yes, yes, true, true],
    [yes, no, false, true],
    [no, yes, false, true],
    [no, no, false, false],
  ])('should compose %s and %s', (one, other, both, either) => {
    expect(one.and(other).test(context)).toBe(both);
    expect(one.or(other).test(context)).toBe(either);
  });

  it('should negate', () => {
    expect([yes, no, yes.not()].map((tripper) => tripper.not().test(context))).toStrictEqual([false, true, true]);
  });

  it('should compose with plain functions', () => {
    const crowded = ({ inFlight }: CallContext): boolean => inFlight > 100;
    const full = contextOf({ inFlight: 101 });
    expect([yes.and(crowded).test(full), yes.and(crowded).test(context)]).toStrictEqual([true, false]);
    expect([no.or(crowded).test(full), no.or(crowded).test(context)]).toStrictEqual([true, false]);
  });

  it('should ask both parts about the same context', () => {
    const [one, other] = [vi.fn(() => true), vi.fn(() => true)];
    Tripper.from(one).and(other).test(context);
    expect([one.mock.calls, other.mock.calls]).toStrictEqual([[[context]], [[context]]]);
    expect(other.mock.calls.flat()[0]).toBe(context);
  });

  it.each([
    { what: 'and', composed: (other: TripperLike) => no.and(other) },
    { what: 'or', composed: (other: TripperLike) => yes.or(other) },
  ])('should not ask the second part of $what if the first decides', ({ composed }) => {
    const other = vi.fn(() => true);
    composed(other).test(context);
    expect(other).not.toHaveBeenCalled();
  });

  it('should compose what users extend', () => {
    const tripper = new Busy().and(failureStreak(2));
    expect(tripper.test(contextOf({ inFlight: 11, consecutiveFailures: 2 }))).toBe(true);
    expect(tripper.test(contextOf({ inFlight: 10, consecutiveFailures: 2 }))).toBe(false);
    expect(tripper.test(contextOf({ inFlight: 11, consecutiveFailures: 1 }))).toBe(false);
  });

  it('should let what a part throws through', () => {
    const broken = Tripper.from(() => {
      throw new TypeError('broken');
    });
    expect(() => no.or(broken.not()).test(context)).toThrow('broken');
  });

  describe('String()', () => {
    it.each([
      [
        failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1_000)))),
        'failureStreak(5).or(minRequests(20).and(failureRate(0.5).or(slowRate(0.3, 1000))))',
      ],
      [
        failureRate(0.5).and(minRequests(100).or(halfOpened())),
        'failureRate(0.5).and(minRequests(100).or(halfOpened()))',
      ],
      [closed().not().and(successStreak(3)).not(), 'closed().not().and(successStreak(3)).not()'],
      [minRequests(20).and(new Busy()), 'minRequests(20).and(new Busy())'],
    ])('should read like the code: %s', (tripper, code) => {
      expect(String(tripper)).toBe(code);
    });

    it('should name plain functions', () => {
      const crowded = (): boolean => true;
      expect(String(minRequests(20).and(crowded))).toBe('minRequests(20).and(crowded)');
      expect(String(Tripper.from(crowded).or(minRequests(20)))).toBe('Tripper.from(crowded).or(minRequests(20))');
    });

    it('should show the code of functions without a name', () => {
      expect(String(closed().or(({ inFlight }) => inFlight > 100))).toBe(
        'closed().or(({ inFlight }) => inFlight > 100)',
      );
    });
  });

  describe('iteration', () => {
    it('should yield the trippers that it is made of, in order', () => {
      const parts = [failureStreak(5), minRequests(20), failureRate(0.5), slowRate(0.3, 1_000)] as const;
      const [streak, minimum, failed, slow] = parts;
      expect([...streak.or(minimum.and(failed.not().or(slow)))]).toStrictEqual([...parts]);
    });

    it('should yield a tripper itself, if it is not made of others', () => {
      const busy = new Busy();
      expect([...busy]).toStrictEqual([busy]);
      expect([...yes]).toStrictEqual([yes]);
    });
  });

  describe('explain', () => {
    const bad = contextOf({
      consecutiveFailures: 5,
      metric: metricWith({ calls: 48, failures: 31, slow: { 1_000: 12 } }),
    });

    it('should say both conditions of an and', () => {
      expect(minRequests(20).and(failureRate(0.5)).explain(bad)).toBe(
        'minRequests(20): 48 calls and failureRate(0.5): 31 of 48 calls failed (0.65)',
      );
    });

    it('should say the conditions of an or that held, and those alone', () => {
      expect(failureStreak(6).or(failureRate(0.5)).explain(bad)).toBe('failureRate(0.5): 31 of 48 calls failed (0.65)');
      expect(failureStreak(5).or(failureRate(0.7)).explain(bad)).toBe('failureStreak(5): 5 failures in a row');
      expect(failureStreak(5).or(failureRate(0.5)).explain(bad)).toBe(
        'failureStreak(5): 5 failures in a row and failureRate(0.5): 31 of 48 calls failed (0.65)',
      );
    });

    it('should say what held deep inside', () => {
      const tripper = failureStreak(6).or(minRequests(20).and(failureRate(0.9).or(slowRate(0.25, 1_000))));
      expect(tripper.explain(bad)).toBe(
        'minRequests(20): 48 calls and slowRate(0.25, 1000): 12 of 48 calls took 1000 ms or longer (0.25)',
      );
    });

    it('should say what did not hold, with the values measured', () => {
      expect(failureStreak(6).not().explain(bad)).toBe('not failureStreak(6): 5 of 6 failures in a row');
    });

    it('should say how far each condition is while it does not hold', () => {
      const some = contextOf({ consecutiveFailures: 2, metric: metricWith({ calls: 12, failures: 3 }) });
      expect(minRequests(20).and(failureRate(0.5)).explain(some)).toBe(
        'minRequests(20): 12 of 20 calls, failureRate(0.5): 3 of 12 failed (0.25)',
      );
      expect(
        failureStreak(5)
          .or(failureRate(0.5).and(minRequests(10).not()))
          .explain(some),
      ).toBe(
        'failureStreak(5): 2 of 5 failures in a row, failureRate(0.5): 3 of 12 failed (0.25), not minRequests(10): 12 calls',
      );
    });

    it('should name plain functions and what users extend', () => {
      const crowded = (): boolean => true;
      expect(Tripper.from(crowded).and(new Busy()).explain(bad)).toBe('Tripper.from(crowded), new Busy()');
      expect(
        Tripper.from(crowded)
          .and(new Busy())
          .explain(contextOf({ inFlight: 11 })),
      ).toBe('Tripper.from(crowded) and new Busy()');
    });

    it('should say what users say', () => {
      class Talkative extends Busy {
        override explain({ inFlight }: CallContext): string {
          return `busy: ${String(inFlight)} in flight`;
        }
      }
      expect(
        closed()
          .and(new Talkative())
          .explain(contextOf({ inFlight: 11 })),
      ).toBe('closed() and busy: 11 in flight');
    });
  });

  describe('from', () => {
    it('should return a tripper as it is', () => {
      expect(Tripper.from(yes)).toBe(yes);
    });

    it('should lift a function that composes', () => {
      const crowded = ({ inFlight }: CallContext): boolean => inFlight > 100;
      const tripper = Tripper.from(crowded);
      expect(tripper).toBeInstanceOf(Tripper);
      expect(tripper.test(contextOf({ inFlight: 101 }))).toBe(true);
      expect(tripper.test(contextOf({ inFlight: 100 }))).toBe(false);
    });

    it('should take a tripper of another copy of the package', async () => {
      vi.resetModules();
      const copy = await import('../../../lib/components/trippers/half-opened.ts');
      const foreign = copy.halfOpened();
      expect(foreign).not.toBeInstanceOf(Tripper);
      expect(yes.and(foreign).test(contextOf({ state: 'half_open' }))).toBe(true);
    });

    it.each([undefined, null, 5, 'failureRate', {}, { test: () => true }, []])('should refuse %j', (like) => {
      expect(() => Tripper.from(like as TripperLike)).toThrow(TypeError);
      expect(() => Tripper.from(like as TripperLike)).toThrow(/^tripper must be a Tripper or a function, got /);
      expect(() => yes.and(like as TripperLike)).toThrow(TypeError);
      expect(() => yes.or(like as TripperLike)).toThrow(TypeError);
    });
  });
});
