import * as fc from 'fast-check';
import { retryBudget, type RetryBudget } from 'rxjs-fluxgate/retry';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { marbles } from '../../support/marbles.ts';
import { onEach } from '../../support/script.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';

function deposit(budget: RetryBudget, calls: number): void {
  for (let call = 0; call < calls; call++) budget.deposit();
}

/** Withdraws as often as it can. */
function drain(budget: RetryBudget): number {
  let retries = 0;
  while (budget.tryWithdraw()) retries++;
  return retries;
}

const reported = spyOnReports();

describe('retryBudget', () => {
  it.each([
    [0.01, 3],
    [0.07, 21],
    [0.1, 30],
    [0.29, 87], // 0.29 × 100 is 28.999999999999996 to a computer
    [1 / 3, 100],
    [0.57, 171],
    [1, 300],
  ])('should allow exactly %d of 300 calls', (ratio, retries) => {
    const budget = retryBudget({ ratio, minPerSecond: 0, scheduler: new ManualScheduler() });
    deposit(budget, 300);
    expect(drain(budget)).toBe(retries);
  });

  it('should be as exact after a million of them', () => {
    const budget = retryBudget({ ratio: 0.1, minPerSecond: 0, scheduler: new ManualScheduler() });
    let retries = 0;
    for (let call = 1; call <= 1_000_000; call++) {
      budget.deposit();
      if (budget.tryWithdraw()) retries++;
    }
    expect(retries).toBe(100_000);
  });

  it('should allow the next retry with the call that completes its credit', () => {
    const budget = retryBudget({ ratio: 0.2, minPerSecond: 0, scheduler: new ManualScheduler() });
    const allowed = Array.from({ length: 10 }, () => {
      budget.deposit();
      return budget.tryWithdraw();
    });
    expect(allowed.map(Number).join('')).toBe('0000100001');
  });

  it(
    'should give minPerSecond × window free retries in each window, a tenth of the window at a time',
    marbles((m) => {
      const budget = retryBudget({ ratio: 0, minPerSecond: 2, window: 1_000 });
      const drained = m.hot('a 149ms b 749ms c 99ms d', { a: 0, b: 1, c: 2, d: 3 });
      const counts: number[] = [];
      onEach(drained, () => counts.push(drain(budget)));
      m.flush();
      // At 900 ms the slot of the first retries is still in the window, at 1,000 ms no more.
      expect(counts).toStrictEqual([2, 0, 0, 2]);
    }),
  );

  it(
    'should forget the credit of old calls, and old retries with it',
    marbles((m) => {
      const budget = retryBudget({ ratio: 0.5, minPerSecond: 0, window: 1_000 });
      const balances: number[] = [];
      const script = m.hot('  d 499ms w 499ms b');
      onEach(script, (letter) => {
        if (letter === 'd') deposit(budget, 8);
        if (letter === 'w') balances.push(drain(budget));
        balances.push(budget.balance);
      });
      m.flush();
      expect(balances).toStrictEqual([4, 4, 0, 0]);
    }),
  );

  it('should be as a list of all calls and retries has it, at any times', () => {
    const step = fc.record({ ms: fc.integer({ min: 0, max: 400 }), withdraw: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step),
        fc.constantFrom(0, 0.1, 0.25, 1),
        fc.integer({ min: 0, max: 3 }),
        (steps, ratio, min) => {
          if (ratio === 0 && min === 0) return;
          const scheduler = new ManualScheduler(12_345);
          const budget = retryBudget({ ratio, minPerSecond: min, window: 1_000, scheduler });
          const calls: number[] = [];
          const retries: number[] = [];
          for (const { ms, withdraw } of steps) {
            scheduler.pass(ms);
            const slot = Math.floor(scheduler.now() / 100);
            const held = (slots: number[]): number => slots.filter((other) => other > slot - 10).length;
            if (withdraw) {
              const allowed = held(retries) + 1 <= min + ratio * held(calls);
              expect(budget.tryWithdraw()).toBe(allowed);
              if (allowed) retries.push(slot);
            } else {
              budget.deposit();
              calls.push(slot);
            }
          }
        },
      ),
    );
  });

  it('should neither add credit nor freeze when the clock is set back', () => {
    const scheduler = new ManualScheduler(3_600_000);
    const budget = retryBudget({ ratio: 1, minPerSecond: 0, window: 1_000, scheduler });
    budget.deposit();
    scheduler.step(-3_600_000);
    expect(budget.balance).toBe(1);
    scheduler.pass(1_000);
    expect(budget.balance).toBe(0);
    deposit(budget, 2);
    expect(drain(budget)).toBe(2);
  });

  it('should report a reading that is no number, and pass it over', () => {
    const scheduler = new ManualScheduler(0);
    const budget = retryBudget({ ratio: 1, minPerSecond: 0, window: 1_000, scheduler });
    budget.deposit();
    scheduler.step(NaN);
    expect(budget.balance).toBe(1);
    expect(reported).toHaveBeenCalledTimes(1);
  });

  it('should have nothing below an empty balance', () => {
    const scheduler = new ManualScheduler();
    const budget = retryBudget({ ratio: 0.5, minPerSecond: 0, window: 1_000, scheduler });
    deposit(budget, 4);
    scheduler.pass(900);
    expect(drain(budget)).toBe(2);
    // The calls are forgotten before the retries that they paid for.
    scheduler.pass(100);
    expect(budget.balance).toBe(0);
    deposit(budget, 5);
    expect(drain(budget)).toBe(0);
    deposit(budget, 1);
    expect(drain(budget)).toBe(1);
  });

  it('should print like the code that made it', () => {
    const printed: { toString(): string } = retryBudget();
    expect(printed.toString()).toBe('retryBudget({ ratio: 0.2, minPerSecond: 1, window: 10000 })');
  });

  it.each([
    [{ ratio: 1.5 }, 'retryBudget: ratio must be a ratio from 0 to 1, got 1.5'],
    [{ ratio: NaN }, 'retryBudget: ratio must be a ratio from 0 to 1, got NaN'],
    [{ minPerSecond: -1 }, 'retryBudget: minPerSecond must be a finite number of at least 0, got -1'],
    [{ window: 0 }, 'retryBudget: window must be a finite number of ms above 0, got 0'],
    [{ ratio: 0, minPerSecond: 0 }, 'this budget would never allow one'],
    [{ ratio: 0, minPerSecond: 1, window: 900 }, 'this budget would never allow one'],
  ])('should refuse %o', (options, message) => {
    expect(() => retryBudget(options)).toThrow(RangeError);
    expect(() => retryBudget(options)).toThrow(message);
  });

  it('should refuse an unknown option', () => {
    expect(() => retryBudget({ percent: 20 } as never)).toThrow('it takes ratio, minPerSecond, window, scheduler');
  });
});
