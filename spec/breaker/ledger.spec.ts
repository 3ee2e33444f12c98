import { countWindow, failureStreak, slowRate, Tripper, type CallRecord } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../lib/breaker/ledger.ts';
import { metricWith } from '../support/fixtures.ts';

const opaque = Tripper.from(() => false);

function ledgerWith(tripper: Tripper, calls: number): Ledger {
  const ledger = new Ledger(countWindow(1_000)(), tripper);
  add(ledger, calls);
  return ledger;
}

function add(ledger: Ledger, calls: number): void {
  for (let i = 0; i < calls; i++) ledger.record(true, 10, 0);
}

/** How many calls are counted as slow once somebody has asked for 10 ms. */
function slowOnceAsked(ledger: Ledger): [recounted: boolean, slow: number | undefined] {
  ledger.learningFrom(ledger.getMetric(0)).slowRate(10);
  const recounted = ledger.recount();
  return [recounted, ledger.getMetric(0).slowCounts.get(10)];
}

describe('Ledger', () => {
  it('should count at the thresholds that the tripper names', () => {
    expect(ledgerWith(slowRate(1, 10), 3).getMetric(0).slowCounts.get(10)).toBe(3);
  });

  it('should count the calls so far anew at a threshold that nobody named', () => {
    expect(slowOnceAsked(ledgerWith(opaque, 3))).toStrictEqual([true, 3]);
  });

  it('should do so for a hundred calls', () => {
    expect(slowOnceAsked(ledgerWith(opaque, 100))).toStrictEqual([true, 100]);
  });

  it('should not do so for more', () => {
    expect(slowOnceAsked(ledgerWith(opaque, 101))).toStrictEqual([false, undefined]);
  });

  it('should do so once', () => {
    const ledger = ledgerWith(opaque, 3);
    slowOnceAsked(ledger);
    expect(slowOnceAsked(ledger)).toStrictEqual([false, 3]);
  });

  it('should do so again for another threshold', () => {
    const ledger = ledgerWith(opaque, 3);
    slowOnceAsked(ledger);
    ledger.learningFrom(ledger.getMetric(0)).slowRate(5);
    expect(ledger.recount()).toBe(true);
    expect(ledger.getMetric(0).slowCounts).toStrictEqual(
      new Map([
        [10, 3],
        [5, 3],
      ]),
    );
  });

  it('should do so for the calls since the last reset alone', () => {
    const ledger = ledgerWith(opaque, 101);
    ledger.reset();
    add(ledger, 2);
    expect(slowOnceAsked(ledger)).toStrictEqual([true, 2]);
  });

  it('should keep no calls if every threshold is named', () => {
    const ledger = ledgerWith(failureStreak(1), 3);
    expect(slowOnceAsked(ledger)).toStrictEqual([false, undefined]);
    ledger.reset();
    add(ledger, 1);
    ledger.learningFrom(ledger.getMetric(0)).slowRate(5);
    expect(ledger.recount()).toBe(false);
  });

  it.each([
    [9, []],
    [10, [10]],
    [11, [10]],
    [20, [10, 20]],
  ])('should tell the window which thresholds %d ms reach, once each', (duration, slowAt) => {
    const records: CallRecord[] = [];
    const window = { ...countWindow(1)(), record: (record: CallRecord) => void records.push(record) };
    const tripper = slowRate(1, 10).or(slowRate(0.5, 10)).and(slowRate(1, 20));
    new Ledger(window, tripper).record(false, duration, 5);
    expect(records).toStrictEqual([{ success: false, duration, slowAt, timestamp: 5 }]);
  });

  it('should take any number of named thresholds', () => {
    const tripper = Array.from({ length: 40 }, (_, i) => slowRate(1, i + 1)).reduce((all, one) => all.or(one));
    const ledger = new Ledger(countWindow(1)(), tripper);
    ledger.record(true, 40, 0);
    expect(ledger.getMetric(0).slowCounts.size).toBe(40);
  });

  it('should learn no more than 32', () => {
    const ledger = new Ledger(countWindow(10)(), opaque);
    const metric = ledger.learningFrom(ledger.getMetric(0));
    for (let i = 1; i <= 33; i++) metric.slowRate(i);
    metric.slowRate(1);
    ledger.record(true, 40, 0);
    expect([...ledger.getMetric(0).slowCounts.keys()]).toStrictEqual(Array.from({ length: 32 }, (_, i) => i + 1));
  });

  it('should hand a tripper the metric of our windows as it is, if every threshold is named', () => {
    const ledger = ledgerWith(slowRate(1, 10), 1);
    const metric = ledger.getMetric(0);
    expect(ledger.forTripper(metric)).toBe(metric);
  });

  it('should hand it a copy that learns, if one is not', () => {
    const ledger = ledgerWith(opaque, 1);
    const metric = ledger.getMetric(0);
    ledger.forTripper(metric).slowRate(10);
    expect(ledger.forTripper(metric)).not.toBe(metric);
    expect(ledger.recount()).toBe(true);
  });

  it('should hand it a copy of what may be the window itself', () => {
    const ledger = ledgerWith(slowRate(1, 10), 1);
    const foreign = { ...ledger.getMetric(0), slowRate: () => 0.25 };
    expect(ledger.forTripper(foreign)).not.toBe(foreign);
    expect(ledger.forTripper(foreign).slowRate(10)).toBe(0.25);
  });

  it('should change nothing else about a metric', () => {
    const metric = metricWith({ calls: 4, failures: 1, duration: 100, slow: { 10: 2 } });
    const learning = new Ledger(countWindow(1)(), opaque).learningFrom(metric);
    const { totalCount, failureCount, totalDuration, slowCounts, avgDuration, failureRate } = metric;
    expect(learning).toMatchObject({ totalCount, failureCount, totalDuration, slowCounts, avgDuration, failureRate });
    expect(learning.slowRate(10)).toBe(0.5);
  });
});
