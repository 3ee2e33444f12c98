import { describe, expect, it } from 'vitest';
import { metricOf } from '../../../lib/components/windows/metric-of.ts';

const none = { totalCount: 0, failureCount: 0, totalDuration: 0, slowCounts: new Map<number, number>() };
const some = { totalCount: 4, failureCount: 1, totalDuration: 100, slowCounts: new Map([[50, 2]]) };

describe('metricOf', () => {
  it('should keep the counts', () => {
    expect(metricOf(some)).toMatchObject(some);
  });

  it('should derive the mean and the rates', () => {
    const metric = metricOf(some);
    expect([metric.avgDuration, metric.failureRate, metric.slowRate(50)]).toStrictEqual([25, 0.25, 0.5]);
  });

  it('should have no mean and no rates without calls', () => {
    const metric = metricOf(none);
    expect([metric.avgDuration, metric.failureRate, metric.slowRate(50)]).toStrictEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('should have a slow rate of 0 at a threshold that no call reached', () => {
    expect(metricOf(some).slowRate(51)).toBe(0);
  });

  it('should copy the slow counts', () => {
    const slowCounts = new Map([[50, 2]]);
    const metric = metricOf({ ...some, slowCounts });
    slowCounts.set(50, 4);
    expect(metric.slowCounts.get(50)).toBe(2);
  });

  it.each([
    { what: 'without slow calls', counts: { ...none, totalCount: 1 } },
    { what: 'with slow calls', counts: some },
  ])('should share nothing with other metrics that can be written to, $what', ({ counts }) => {
    const writable = metricOf(counts).slowCounts as Map<number, number>;
    try {
      writable.set(7, 1);
    } catch {
      // Frozen would do as well.
    }
    expect(metricOf(counts).slowCounts.has(7)).toBe(false);
  });
});
