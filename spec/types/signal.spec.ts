import { CircuitBreaker, failureStreak, type Metric, type Signal } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';

/** Does its worst; what is frozen throws. */
function overwrite(metric: Metric): void {
  for (const spoil of [
    () => Object.assign(metric, { totalCount: 99, failureRate: 99 }),
    () => (metric.slowCounts as Map<number, number>).set(1, 99),
  ]) {
    try {
      spoil();
    } catch {
      // All the better.
    }
  }
}

function tripped(breaker: CircuitBreaker): void {
  breaker.admit().error(new Error('down'));
}

describe('Signal', () => {
  it('should be frozen', () => {
    const signals: Signal[] = [];
    const breaker = new CircuitBreaker({ listeners: [(signal) => void signals.push(signal)] });
    breaker.trip();
    expect(signals.map((signal) => Object.isFrozen(signal))).toStrictEqual([true]);
  });

  it('should carry a metric that no listener can change for the next', () => {
    const seen: unknown[] = [];
    const breaker = new CircuitBreaker({
      tripper: failureStreak(1),
      listeners: [
        ({ metric }) => overwrite(metric),
        ({ metric }) => void seen.push(metric.totalCount, metric.failureRate, metric.slowRate(1)),
      ],
    });
    tripped(breaker);
    expect(seen).toStrictEqual([1, 1, 0]);
  });

  it('should carry a metric that no retry can change before', () => {
    const seen: unknown[] = [];
    const breaker = new CircuitBreaker({
      tripper: failureStreak(1),
      retry: ({ metric }) => {
        overwrite(metric);
        return 1_000;
      },
    });
    breaker.signal$.subscribe({
      next: ({ metric }) => seen.push(metric.totalCount, metric.failureRate, metric.slowRate(1)),
      error: () => undefined,
    });
    tripped(breaker);
    expect(seen).toStrictEqual([1, 1, 0]);
  });
});

describe('CircuitBreakerInfo', () => {
  it('should be frozen', () => {
    expect(Object.isFrozen(new CircuitBreaker().info())).toBe(true);
  });

  it('should carry a metric that no listener can change for the next', () => {
    const breaker = new CircuitBreaker();
    overwrite(breaker.info().metric);
    const { metric } = breaker.info();
    expect([metric.totalCount, metric.slowCounts.size]).toStrictEqual([0, 0]);
  });
});
