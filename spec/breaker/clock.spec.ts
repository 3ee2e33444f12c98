import { describe, expect, it } from 'vitest';
import { Clock } from '../../lib/breaker/clock.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';

describe('Clock', () => {
  it('should show the scheduler’s time as long as that goes forward', () => {
    const scheduler = new ManualScheduler(1_000);
    const clock = new Clock(scheduler);
    expect(clock.now()).toBe(1_000);
    scheduler.step(5);
    expect(clock.now()).toBe(1_005);
    scheduler.step(3_600_000);
    expect(clock.now()).toBe(3_601_005);
    expect(clock.toSchedulerTime(clock.now())).toBe(scheduler.now());
  });

  it('should count a reading earlier than the last as nothing, and later ones from it', () => {
    const scheduler = new ManualScheduler(1_000);
    const clock = new Clock(scheduler);
    scheduler.step(-400);
    expect(clock.now()).toBe(1_000);
    scheduler.step(10);
    expect(clock.now()).toBe(1_010);
    scheduler.step(-600);
    expect(clock.now()).toBe(1_010);
    scheduler.step(1);
    expect(clock.now()).toBe(1_011);
  });

  it('should give moments in the scheduler’s time, as it goes since its last step back', () => {
    const scheduler = new ManualScheduler(1_000);
    const clock = new Clock(scheduler);
    scheduler.step(100);
    const then = clock.now();
    scheduler.step(-500);
    const now = clock.now();
    expect(clock.toSchedulerTime(now)).toBe(600);
    expect(clock.toSchedulerTime(then)).toBe(600);
    scheduler.step(50);
    expect(clock.toSchedulerTime(clock.now())).toBe(650);
    expect(clock.toSchedulerTime(then)).toBe(600);
  });

  it('should work for negative times', () => {
    const scheduler = new ManualScheduler(-1_000);
    const clock = new Clock(scheduler);
    scheduler.step(400);
    expect(clock.now()).toBe(-600);
  });

  it('should never go back, not by rounding either, whatever fractions its steps have', () => {
    const scheduler = new ManualScheduler(0.1);
    const clock = new Clock(scheduler);
    let last = clock.now();
    for (let i = 0; i < 10_000; i++) {
      scheduler.step(Math.sin(i * i) * 10 ** (i % 9));
      const now = clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      expect(clock.toSchedulerTime(now)).toBeGreaterThanOrEqual(clock.toSchedulerTime(last));
      last = now;
    }
  });
});
