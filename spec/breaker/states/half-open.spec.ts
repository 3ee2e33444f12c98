import { NEVER, of, Subject, type SchedulerAction, type Subscription } from 'rxjs';
import { circuitBreaker, CircuitBreaker, cooldown, probes } from 'rxjs-fluxgate';
import { describe, expect, it } from 'vitest';
import { ManualScheduler } from '../../support/manual-scheduler.ts';

/** A scheduler that can be made to fail. */
class Scheduler extends ManualScheduler {
  failing: 'now' | 'schedule' | undefined = undefined;

  override now(): number {
    if (this.failing === 'now') throw new Error('no time');
    return super.now();
  }

  override schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    if (this.failing === 'schedule') throw new Error('no timer');
    return super.schedule(work, delay, state);
  }
}

function halfOpen(scheduler: Scheduler): CircuitBreaker {
  const breaker = new CircuitBreaker({
    scheduler,
    maxProbes: 1,
    probeTimeout: 1_000,
    retry: cooldown(100),
    recovery: probes(1),
  });
  breaker.halfOpen();
  return breaker;
}

describe('a probe', () => {
  it('should take no place if the scheduler refuses its time-out', () => {
    const scheduler = new Scheduler();
    const breaker = halfOpen(scheduler);
    const errors: unknown[] = [];

    scheduler.failing = 'schedule';
    NEVER.pipe(circuitBreaker(breaker)).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toStrictEqual([new Error('no timer')]);
    expect(breaker.info().inFlight).toBe(0);

    scheduler.failing = undefined;
    of(1).pipe(circuitBreaker(breaker)).subscribe();
    expect(breaker.state).toBe('closed');
  });

  it('should leave no time-out behind if the clock fails when it ends', () => {
    const scheduler = new Scheduler();
    const breaker = halfOpen(scheduler);
    const source$ = new Subject<number>();
    const errors: unknown[] = [];
    source$.pipe(circuitBreaker(breaker)).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(scheduler.timers).toBe(1);

    scheduler.failing = 'now';
    source$.complete();
    expect(errors).toStrictEqual([new Error('no time')]);
    expect(scheduler.timers).toBe(0);

    scheduler.failing = undefined;
    expect(breaker.info().inFlight).toBe(0);
    of(1).pipe(circuitBreaker(breaker)).subscribe();
    expect(breaker.state).toBe('closed');
  });
});
