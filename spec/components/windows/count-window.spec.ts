import { describe, expect, it } from 'vitest';
import { countWindow } from '../../../lib/components/windows/count-window.ts';
import { exactly } from '../../support/exactly.ts';
import { recordOf } from '../../support/fixtures.ts';
import { itShouldRefuse } from '../../support/it-should-refuse.ts';

describe('countWindow', () => {
  it('should hold nothing at first', () => {
    const metric = countWindow(3)().getMetric(0);
    expect(metric).toMatchObject({
      totalCount: 0,
      failureCount: 0,
      totalDuration: 0,
      avgDuration: undefined,
      failureRate: undefined,
    });
    expect(metric.slowCounts.size).toBe(0);
    expect(metric.slowRate(1)).toBeUndefined();
  });

  it('should count calls, failures and durations', () => {
    const window = countWindow(3)();
    window.record(recordOf({ success: false, duration: 10 }));
    window.record(recordOf({ duration: 20 }));
    expect(window.getMetric(0)).toMatchObject({
      totalCount: 2,
      failureCount: 1,
      totalDuration: 30,
      avgDuration: 15,
      failureRate: 0.5,
    });
  });

  it.each([
    { records: 2, failures: 1, total: 2 },
    { records: 3, failures: 1, total: 3 },
    { records: 4, failures: 0, total: 3 },
  ])('should hold $total calls of $records, the oldest evicted first', ({ records, failures, total }) => {
    const window = countWindow(3)();
    for (let i = 0; i < records; i++) window.record(recordOf({ success: i > 0 }));
    expect(window.getMetric(0)).toMatchObject({ totalCount: total, failureCount: failures });
  });

  it('should hold one call of many with a size of 1', () => {
    const window = countWindow(1)();
    window.record(recordOf({ success: false, duration: 10 }));
    window.record(recordOf({ duration: 3 }));
    expect(window.getMetric(0)).toMatchObject({ totalCount: 1, failureCount: 0, totalDuration: 3 });
  });

  it('should hold calls however old they are', () => {
    const window = countWindow(3)();
    window.record(recordOf());
    expect(window.getMetric(1e12).totalCount).toBe(1);
  });

  it('should count slow calls by threshold', () => {
    const window = countWindow(4)();
    window.record(recordOf({ slowAt: [100, 1_000] }));
    window.record(recordOf({ slowAt: [100] }));
    const metric = window.getMetric(0);
    expect([...metric.slowCounts]).toStrictEqual([
      [100, 2],
      [1_000, 1],
    ]);
    expect(metric.slowRate(100)).toBe(1);
    expect(metric.slowRate(1_000)).toBe(0.5);
    expect(metric.slowRate(5)).toBe(0);
  });

  it('should evict slow counts with their calls', () => {
    const window = countWindow(2)();
    window.record(recordOf({ slowAt: [100, 1_000] }));
    window.record(recordOf({ slowAt: [100] }));
    window.record(recordOf());
    expect([...window.getMetric(0).slowCounts]).toStrictEqual([[100, 1]]);
  });

  it('should have no slow counts left once all slow calls are evicted', () => {
    const window = countWindow(1)();
    window.record(recordOf({ slowAt: [100] }));
    window.record(recordOf());
    expect(window.getMetric(0).slowCounts.size).toBe(0);
  });

  it('should sum durations exactly after a million evictions', () => {
    const size = 100;
    const window = countWindow(size)();
    const last: number[] = [];
    for (let i = 0; i < 1_000_000 + size; i++) {
      const duration = ((i * 7919) % 1000) / 7;
      window.record(recordOf({ duration, success: i % 3 > 0, slowAt: i % 5 === 0 ? [50] : [] }));
      if (i >= 1_000_000) last.push(duration);
    }
    const metric = window.getMetric(0);
    expect(metric.totalDuration).toBe(exactly(last));
    expect(metric).toMatchObject({ totalCount: size, failureCount: 33 });
    expect(metric.slowCounts.get(50)).toBe(20);
  });

  it.each([
    { durations: [0.1, 0.2, 0.3] },
    { durations: [1e16, 1, 1, 1, 1] },
    { durations: [1e16, 0.1, 0.2, 0.3] },
    { durations: [0.1, 1e16, 0.1] },
    { durations: [1e16, ...Array<number>(100).fill(0.1)] },
    { durations: [1e16, ...Array<number>(1_000).fill(1 / 3)] },
  ])('should sum exactly what is left once a huge duration is evicted', ({ durations }) => {
    const size = durations.length;
    const window = countWindow(size)();
    for (const duration of durations) window.record(recordOf({ duration }));
    expect(window.getMetric(0).totalDuration).toBe(exactly(durations));
    // Pushes out all up to and with the huge one.
    const huge = durations.indexOf(1e16) + 1;
    for (let i = 0; i < huge; i++) window.record(recordOf());
    expect(window.getMetric(0).totalDuration).toBe(exactly(durations.slice(huge)));
  });

  it('should sum to nothing once all durations are evicted', () => {
    const window = countWindow(10)();
    for (const duration of [0.1, 1e16, 0.7, 1e15, 1 / 3, 2e16, 0.2]) window.record(recordOf({ duration }));
    for (let i = 0; i < 10; i++) window.record(recordOf());
    expect(window.getMetric(0).totalDuration).toBe(0);
  });

  it('should forget everything on reset', () => {
    const window = countWindow(2)();
    window.record(recordOf({ success: false, duration: 10, slowAt: [5] }));
    window.reset();
    expect(window.getMetric(0)).toStrictEqual(countWindow(2)().getMetric(0));
  });

  it('should evict in order after a reset in the middle', () => {
    const window = countWindow(3)();
    window.record(recordOf());
    window.record(recordOf());
    window.reset();
    window.record(recordOf({ success: false }));
    for (let i = 0; i < 2; i++) window.record(recordOf());
    expect(window.getMetric(0)).toMatchObject({ totalCount: 3, failureCount: 1 });
    window.record(recordOf());
    expect(window.getMetric(0)).toMatchObject({ totalCount: 3, failureCount: 0 });
  });

  it('should make an independent window each time', () => {
    const make = countWindow(2);
    const [one, other] = [make(), make()];
    one.record(recordOf());
    expect(other.getMetric(0).totalCount).toBe(0);
  });

  it('should hand out snapshots that later calls do not change', () => {
    const window = countWindow(2)();
    window.record(recordOf({ duration: 1, slowAt: [1] }));
    const metric = window.getMetric(0);
    window.record(recordOf({ success: false, duration: 5, slowAt: [1] }));
    window.reset();
    expect(metric).toMatchObject({ totalCount: 1, failureCount: 0, totalDuration: 1, failureRate: 0 });
    expect(metric.slowCounts.get(1)).toBe(1);
  });

  it('should say how many calls it can hold', () => {
    expect(countWindow(7)().capacity).toBe(7);
  });

  it('should take no memory for calls that were not made', () => {
    const window = countWindow(Number.MAX_SAFE_INTEGER)();
    window.record(recordOf());
    expect(window.getMetric(0).totalCount).toBe(1);
  });

  itShouldRefuse(
    'countWindow: size must be an integer of at least 1',
    [0, -1, 1.5, NaN, Infinity, 2 ** 53],
    countWindow,
  );
});
