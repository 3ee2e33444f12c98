import { anyError, CircuitBreaker, circuitBreaker, instanceOf, Tracker, type TrackerLike } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { marbles } from '../../support/marbles.ts';

const yes = Tracker.from(() => true);
const no = Tracker.from(() => false);

class StatusAbove extends Tracker {
  readonly #status: number;

  constructor(status: number) {
    super();
    this.#status = status;
  }

  test(error: unknown): boolean {
    return typeof error === 'number' && error > this.#status;
  }
}

describe('Tracker', () => {
  it.each([
    [yes, yes, true, true],
    [yes, no, false, true],
    [no, yes, false, true],
    [no, no, false, false],
  ])('should compose %s and %s', (one, other, both, either) => {
    expect(one.and(other).test(1)).toBe(both);
    expect(one.or(other).test(1)).toBe(either);
  });

  it('should negate', () => {
    expect([yes.not().test(1), no.not().test(1), yes.not().not().test(1)]).toStrictEqual([false, true, true]);
  });

  it('should compose with plain functions', () => {
    const isFive = (error: unknown): boolean => error === 5;
    expect([yes.and(isFive).test(5), yes.and(isFive).test(6)]).toStrictEqual([true, false]);
    expect([no.or(isFive).test(5), no.or(isFive).test(6)]).toStrictEqual([true, false]);
  });

  it('should ask both parts about the same error', () => {
    const [one, other] = [vi.fn(() => true), vi.fn(() => true)];
    const error = new Error('down');
    Tracker.from(one).and(other).test(error);
    expect([one.mock.calls, other.mock.calls]).toStrictEqual([[[error]], [[error]]]);
  });

  it.each([
    { what: 'and', composed: (other: TrackerLike) => no.and(other) },
    { what: 'or', composed: (other: TrackerLike) => yes.or(other) },
  ])('should not ask the second part of $what if the first decides', ({ composed }) => {
    const other = vi.fn(() => true);
    composed(other).test(1);
    expect(other).not.toHaveBeenCalled();
  });

  it('should compose what users extend', () => {
    const tracker = new StatusAbove(400).and(new StatusAbove(500).not());
    expect([400, 450, 501].map((status) => tracker.test(status))).toStrictEqual([false, true, false]);
  });

  it('should let what a part throws through', () => {
    const broken = Tracker.from(() => {
      throw new TypeError('broken');
    });
    expect(() => broken.not().and(yes).test(1)).toThrow('broken');
  });

  it('should read like the code that made it', () => {
    const serverSide = (error: unknown): boolean => error === 500;
    const tracker = instanceOf(TypeError).or(new StatusAbove(500).and(serverSide)).not();
    expect(String(tracker)).toBe('instanceOf(TypeError).or(new StatusAbove().and(serverSide)).not()');
  });

  it('should read as users say', () => {
    class Named extends StatusAbove {
      override toString(): string {
        return 'statusAbove(500)';
      }
    }
    expect(String(anyError().and(new Named(500)))).toBe('anyError().and(statusAbove(500))');
  });

  it('should read as the code of a function without a name', () => {
    expect(String(anyError().and((error) => error === 5))).toBe('anyError().and((error) => error === 5)');
  });

  describe('from', () => {
    it('should return a tracker as it is', () => {
      expect(Tracker.from(yes)).toBe(yes);
    });

    it('should lift a function that composes', () => {
      const isFive = (error: unknown): boolean => error === 5;
      const tracker = Tracker.from(isFive);
      expect(tracker).toBeInstanceOf(Tracker);
      expect([tracker.test(5), tracker.test(6)]).toStrictEqual([true, false]);
      expect(String(tracker)).toBe('Tracker.from(isFive)');
    });

    it('should take a tracker of another copy of the package', async () => {
      vi.resetModules();
      const copy = await import('../../../lib/components/trackers/any-error.ts');
      const foreign = copy.anyError();
      expect(foreign).not.toBeInstanceOf(Tracker);
      expect(yes.and(foreign).test(1)).toBe(true);
    });

    it.each([undefined, null, 5, 'TypeError', {}, { test: () => true }, []])('should refuse %j', (like) => {
      expect(() => Tracker.from(like as TrackerLike)).toThrow(TypeError);
      expect(() => Tracker.from(like as TrackerLike)).toThrow(/^tracker must be a Tracker or a function, got /);
      expect(() => yes.and(like as TrackerLike)).toThrow(TypeError);
      expect(() => yes.or(like as TrackerLike)).toThrow(TypeError);
    });
  });

  it(
    'should decide in a breaker which errors are failures',
    marbles((m) => {
      const breaker = new CircuitBreaker({ tracker: new StatusAbove(499).or((error) => error === 'down') });
      for (const error of [499, 500, 'down', 'up']) {
        const source = m.cold(' --#', {}, error);
        const expected = '      --#';
        m.expect(source.pipe(circuitBreaker(breaker))).toBeObservable(expected, {}, error);
      }
      m.flush();
      expect(breaker.info().metric).toMatchObject({ totalCount: 2, failureCount: 2 });
    }),
  );
});
