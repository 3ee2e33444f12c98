import { countWindow, failureStreak, slowRate, Tripper } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../lib/breaker/ledger.ts';

const opaque = Tripper.from(() => false);

function ledgerWith(tripper: Tripper, calls: number): Ledger {
  const ledger = new Ledger(countWindow(1_000)(), tripper);
  add(ledger, calls);
  return ledger;
}

function add(ledger: Ledger, calls: number): void {
  for (let i = 0; i < calls; i++) ledger.record({ success: true, duration: 10, timestamp: 0 });
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
});
