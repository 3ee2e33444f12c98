import { describe, expect, it } from 'vitest';
import { LiveTotals } from '../../../lib/components/windows/live-totals.ts';

function add(totals: LiveTotals, success: boolean, duration: number, slowAt: readonly number[] = []): void {
  totals.add({ success, duration, slowAt, timestamp: 0 });
}

describe('LiveTotals', () => {
  it('should have no mean and no rates without calls', () => {
    const totals = new LiveTotals();
    expect([totals.avgDuration, totals.failureRate, totals.slowRate(100)]).toStrictEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(totals.slowCounts.size).toBe(0);
  });

  it('should show the mean and the rates of the calls that are there', () => {
    const totals = new LiveTotals();
    add(totals, false, 300, [100, 200]);
    add(totals, true, 150, [100]);
    add(totals, true, 0);
    add(totals, true, 30);
    expect([totals.totalCount, totals.failureCount, totals.totalDuration]).toStrictEqual([4, 1, 480]);
    expect([totals.avgDuration, totals.failureRate]).toStrictEqual([120, 0.25]);
    expect([100, 200, 300].map((threshold) => totals.slowRate(threshold))).toStrictEqual([0.5, 0.25, 0]);
    totals.remove(false, 300, [100, 200]);
    expect([totals.totalCount, totals.failureCount, totals.totalDuration]).toStrictEqual([3, 0, 180]);
    expect([...totals.slowCounts]).toStrictEqual([[100, 1]]);
  });

  it('should take other totals away', () => {
    const [totals, others] = [new LiveTotals(), new LiveTotals()];
    for (const each of [totals, others]) add(each, false, 300, [100]);
    add(totals, true, 500, [100]);
    totals.removeAll(others);
    expect([totals.totalCount, totals.failureCount, totals.totalDuration]).toStrictEqual([1, 0, 500]);
    expect([...totals.slowCounts]).toStrictEqual([[100, 1]]);
  });

  it('should show an empty map once no slow call is left', () => {
    const totals = new LiveTotals();
    add(totals, true, 300, [100]);
    totals.remove(true, 300, [100]);
    expect(totals.slowCounts.size).toBe(0);
  });
});
