import { Subject } from 'rxjs';
import type { Opening, Retry } from 'rxjs-fluxgate';
import { CircuitBreaker } from 'rxjs-fluxgate';
import { describe, expect, it, vi } from 'vitest';
import { PendingRetry } from '../../lib/breaker/pending-retry.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';

function made(
  retry: Retry,
  onDue = vi.fn(),
): { pending: PendingRetry; scheduler: ManualScheduler; onDue: typeof onDue } {
  const scheduler = new ManualScheduler();
  const opening: Opening = {
    changedAt: 1_000,
    reopens: 0,
    cause: undefined,
    metric: new CircuitBreaker().info().metric,
    random: Math.random,
    scheduler,
  };
  return { pending: new PendingRetry(retry, opening, 1_000, onDue), scheduler, onDue };
}

describe('PendingRetry', () => {
  const reported = spyOnReports();

  it('should be due once the wait is over', () => {
    const { pending } = made(() => 50);
    expect(pending.dueAt).toBe(1_050);
  });

  it('should be due at once after 0, never after Infinity', () => {
    expect(made(() => 0).pending.dueAt).toBe(1_000);
    const { pending, scheduler } = made(() => Infinity);
    expect(pending.dueAt).toBe(Infinity);
    pending.setAlarm(1_000);
    expect(scheduler.timers).toBe(0);
  });

  it('should hold a timer only between setting and clearing the alarm, and never two', () => {
    const { pending, scheduler, onDue } = made(() => 50);
    pending.listen();
    expect(scheduler.timers).toBe(0);
    pending.setAlarm(1_010);
    pending.setAlarm(1_010);
    expect(scheduler.timers).toBe(1);
    pending.clearAlarm();
    expect(scheduler.timers).toBe(0);
    pending.setAlarm(1_020);
    scheduler.pass(29);
    expect(onDue).not.toHaveBeenCalled();
    scheduler.pass(1);
    expect(onDue).toHaveBeenCalledOnce();
    expect(pending.dueAt).toBe(-Infinity);
  });

  it('should set no alarm in the past', () => {
    const { pending, scheduler, onDue } = made(() => 50);
    pending.setAlarm(9_999);
    scheduler.pass(0);
    expect(onDue).toHaveBeenCalledOnce();
  });

  it('should listen to a notifier only when told to, and only to its first value', () => {
    const health$ = new Subject<number>();
    const { pending, onDue } = made(() => health$);
    expect(health$.observed).toBe(false);
    pending.listen();
    health$.next(1);
    health$.next(2);
    expect(onDue).toHaveBeenCalledOnce();
    expect(health$.observed).toBe(false);
  });

  it('should drop notifier and alarm at the end', () => {
    const health$ = new Subject<number>();
    const notified = made(() => health$);
    notified.pending.listen();
    notified.pending.end();
    expect(health$.observed).toBe(false);
    const alarmed = made(() => 50);
    alarmed.pending.setAlarm(1_000);
    alarmed.pending.end();
    expect(alarmed.scheduler.timers).toBe(0);
  });

  it.each([NaN, -1])('should report %d and wait a minute', (wait) => {
    const { pending } = made(() => wait);
    expect(pending.dueAt).toBe(61_000);
    expect(reported.mock.lastCall?.[0]).toBeInstanceOf(RangeError);
    expect(String(reported.mock.lastCall?.[0])).toContain(String(wait));
  });
});
