import { CircuitBreaker, cooldown, failureStreak, never, snapshotOf } from 'rxjs-fluxgate';
import { NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { fail } from '../support/script.ts';

describe('snapshotOf', () => {
  it('should have these members and no others', () => {
    const scheduler = new ManualScheduler(5_000);
    const breaker = new CircuitBreaker({ name: 'stock', scheduler, retry: cooldown(1_000), tripper: failureStreak(1) });
    fail(breaker);
    scheduler.pass(300);
    expect(snapshotOf(breaker)).toStrictEqual({
      version: 1,
      name: 'stock',
      state: 'open',
      takenAt: 5_300,
      changedAt: 5_000,
      age: 300,
      reopens: 0,
      wait: 700,
      detail: 'failureStreak(1): 1 failures in a row',
    });
  });

  it.each([
    ['0 if it is due', cooldown(10), 0],
    ['null if it has no finite wait', never(), null],
    ['null if it waits for a notifier', () => NEVER, null],
  ])('should have a wait of %s', (_, retry, wait) => {
    const scheduler = new ManualScheduler();
    const breaker = new CircuitBreaker({ scheduler, retry });
    breaker.trip();
    scheduler.pass(50);
    expect(snapshotOf(breaker).wait).toBe(wait);
  });

  it('should have a wait of null unless the circuit is open', () => {
    const breaker = new CircuitBreaker();
    expect(snapshotOf(breaker)).toMatchObject({ state: 'closed', wait: null, detail: '' });
    breaker.forceOpen();
    expect(snapshotOf(breaker)).toMatchObject({ state: 'forced_open', wait: null, detail: 'forceOpen()' });
  });

  it('should have the times of the scheduler, but an age in counted time, after a step back', () => {
    const scheduler = new ManualScheduler(10_000);
    const breaker = new CircuitBreaker({ scheduler, retry: cooldown(1_000) });
    breaker.trip();
    scheduler.pass(400);
    breaker.info();
    scheduler.step(-5_000);
    expect(snapshotOf(breaker)).toMatchObject({ takenAt: 5_400, changedAt: 5_000, age: 400, wait: 600 });
  });
});
