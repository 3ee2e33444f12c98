import { describe, expect, it } from 'vitest';
import { ReportCounter } from '../../lib/fleet/report-counter.ts';

const counts = (successes: number, failures = 0) => ({ successes, failures });

describe('ReportCounter', () => {
  it('should report each call once', () => {
    const counter = new ReportCounter();
    expect(counter.take(counts(3, 1))).toStrictEqual(counts(3, 1));
    counter.confirm();
    expect(counter.take(counts(5, 1))).toStrictEqual(counts(2));
    counter.confirm();
    expect(counter.pending(counts(5, 1))).toBe(false);
  });

  it('should report the calls of a state that was left', () => {
    const counter = new ReportCounter();
    counter.take(counts(3));
    counter.confirm();
    counter.turn(counts(4, 2));
    expect(counter.take(counts(1))).toStrictEqual(counts(2, 2));
  });

  it('should report calls twice at most', () => {
    const counter = new ReportCounter();
    counter.take(counts(3));
    counter.fail();
    expect(counter.take(counts(5))).toStrictEqual(counts(5));
    counter.fail();
    expect(counter.take(counts(6))).toStrictEqual(counts(3));
    counter.confirm();
    expect(counter.take(counts(6))).toStrictEqual(counts(0));
  });

  it('should drop what belongs to an older epoch', () => {
    const counter = new ReportCounter();
    counter.take(counts(3));
    counter.fail();
    counter.turn(counts(7));
    counter.clear(counts(2));
    expect(counter.take(counts(3))).toStrictEqual(counts(1));
  });
});
