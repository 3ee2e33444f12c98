import { CircuitBreaker, metricOf, slowRate, type Metric, type SlidingWindow } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { frozenCopyOf } from '../../lib/breaker/copied-metric.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';

const metric = metricOf({ totalCount: 4, failureCount: 1, totalDuration: 100, slowCounts: new Map([[50, 2]]) });

describe('frozenCopyOf', () => {
  it('should say the same', () => {
    const copy = frozenCopyOf(metric);
    expect(copy).toMatchObject({
      totalCount: 4,
      failureCount: 1,
      totalDuration: 100,
      avgDuration: 25,
      failureRate: 0.25,
    });
    expect(copy.slowCounts).toStrictEqual(new Map([[50, 2]]));
    expect(copy.slowRate(50)).toBe(0.5);
    expect(copy.slowRate(60)).toBe(0);
  });

  it('should say what the window says, also of its means and rates', () => {
    const copy = frozenCopyOf({ ...metric, avgDuration: 7, failureRate: undefined, slowRate: () => 1 });
    expect([copy.avgDuration, copy.failureRate]).toStrictEqual([7, undefined]);
  });

  it('should know no rate without calls', () => {
    const none = metricOf({ totalCount: 0, failureCount: 0, totalDuration: 0, slowCounts: new Map() });
    expect(frozenCopyOf(none).slowRate(50)).toBeUndefined();
  });

  it('should not change with a window that hands out itself', () => {
    class Live implements SlidingWindow, Metric {
      totalCount = 0;
      failureCount = 0;
      totalDuration = 0;
      slowCounts = new Map<number, number>();
      avgDuration = undefined;
      failureRate = undefined;
      slowRate(threshold: number): number {
        return this.slowCounts.get(threshold) ?? 0;
      }
      record(): void {
        this.totalCount++;
        this.slowCounts.set(5, 1);
      }
      getMetric(): Metric {
        return this;
      }
      reset(): void {
        this.totalCount = 0;
        this.slowCounts.clear();
      }
    }
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ window: () => new Live(), tripper: slowRate(1, 5), scheduler });
    const told: Metric[] = [];
    breaker.signal$.subscribe({ next: (signal) => told.push(signal.metric), error: () => undefined });
    breaker.admit().complete();
    expect(told.map((held) => [held.totalCount, held.slowRate(5)])).toStrictEqual([[1, 1]]);
  });
});
