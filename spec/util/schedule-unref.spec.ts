import { asyncScheduler, queueScheduler, VirtualTimeScheduler, type SchedulerLike } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scheduleUnref } from '../../lib/util/schedule-unref.ts';

const LONGEST = 2 ** 31 - 1;

/** When the work is done, in virtual time, and with which delays the scheduler was asked. */
function wokenAt(delay: number): { times: number[]; delays: (number | undefined)[] } {
  const scheduler = new VirtualTimeScheduler();
  const schedule = vi.spyOn(scheduler, 'schedule');
  const times: number[] = [];
  scheduleUnref(scheduler, delay, () => void times.push(scheduler.now()));
  scheduler.flush();
  return { times, delays: schedule.mock.calls.map(([, ms]) => ms) };
}

describe('scheduleUnref', () => {
  it.each([0, 0.5, 1, 1_000, LONGEST - 1, LONGEST])('should work once after %d ms, in one go', (delay) => {
    expect(wokenAt(delay)).toStrictEqual({ times: [delay], delays: [delay] });
  });

  it.each([
    { delay: LONGEST + 1, naps: [LONGEST, 1] },
    { delay: 2 * LONGEST, naps: [LONGEST, LONGEST] },
    { delay: 2 * LONGEST + 1, naps: [LONGEST, LONGEST, 1] },
    { delay: 3 * LONGEST + 0.5, naps: [LONGEST, LONGEST, LONGEST, 0.5] },
  ])('should work once after $delay ms, in naps that timers can keep', ({ delay, naps }) => {
    expect(wokenAt(delay)).toStrictEqual({ times: [delay], delays: naps });
  });

  it('should never work after Infinity, and hold no timer', () => {
    expect(wokenAt(Infinity)).toStrictEqual({ times: [], delays: [] });
  });

  it.each([
    { what: 'at once', at: 0 },
    { what: 'before it is due', at: 999 },
  ])('should not work when it is unsubscribed $what', ({ at }) => {
    const scheduler = new VirtualTimeScheduler();
    const work = vi.fn();
    const subscription = scheduleUnref(scheduler, 1_000, work);
    scheduler.schedule(() => subscription.unsubscribe(), at);
    scheduler.flush();
    expect(work).not.toHaveBeenCalled();
  });

  it('should not work when it is unsubscribed in a later nap', () => {
    const scheduler = new VirtualTimeScheduler();
    const work = vi.fn();
    const subscription = scheduleUnref(scheduler, 3 * LONGEST, work);
    scheduler.schedule(() => subscription.unsubscribe(), 2 * LONGEST + 1);
    scheduler.flush();
    expect(work).not.toHaveBeenCalled();
    expect(scheduler.now()).toBe(2 * LONGEST + 1);
  });

  it('should bear to be unsubscribed by its own work', () => {
    const scheduler = new VirtualTimeScheduler();
    const work = vi.fn(() => subscription.unsubscribe());
    const subscription = scheduleUnref(scheduler, 5, work);
    scheduler.flush();
    expect(work).toHaveBeenCalledOnce();
  });

  it('should work on a scheduler that runs at once what has no delay', () => {
    const work = vi.fn();
    scheduleUnref(queueScheduler, 0, work);
    expect(work).toHaveBeenCalledOnce();
  });

  it('should work on a scheduler whose actions hold no timer', () => {
    const works: (() => void)[] = [];
    const scheduler = {
      now: () => 0,
      schedule(work: () => void) {
        works.push(work);
        return new VirtualTimeScheduler().schedule(() => undefined);
      },
    } as SchedulerLike;
    const work = vi.fn();
    scheduleUnref(scheduler, 5, work);
    works[0]!();
    expect(work).toHaveBeenCalledOnce();
  });

  it('should report a scheduler that fails between two steps, and work too early instead of never', () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const broken = new Error('scheduler');
    const steps: (() => void)[] = [];
    const scheduler = {
      now: () => 0,
      schedule(step: () => void) {
        if (steps.length > 0) throw broken;
        steps.push(step);
        return new VirtualTimeScheduler().schedule(() => undefined);
      },
    } as SchedulerLike;
    const work = vi.fn();
    scheduleUnref(scheduler, 2 * LONGEST, work);
    expect(work).not.toHaveBeenCalled();
    steps[0]!();
    expect(work).toHaveBeenCalledOnce();
    expect(reported.mock.calls).toStrictEqual([[broken]]);
  });

  it('should throw what a scheduler throws at once', () => {
    const scheduler = {
      now: () => 0,
      schedule: () => {
        throw new Error('scheduler');
      },
    } as SchedulerLike;
    expect(() => scheduleUnref(scheduler, 5, () => undefined)).toThrow('scheduler');
  });

  describe('on the asyncScheduler', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });

    afterEach(() => {
      vi.useRealTimers();
    });

    it.each([
      { delay: 1_000, before: 999 },
      { delay: 2 ** 31, before: LONGEST },
      { delay: 2 ** 32, before: 2 ** 32 - 1 },
    ])('should work after $delay ms of real timers', ({ delay, before }) => {
      const work = vi.fn();
      scheduleUnref(asyncScheduler, delay, work);
      vi.advanceTimersByTime(before);
      expect(work).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(work).toHaveBeenCalledOnce();
    });

    it('should leave no timer behind', () => {
      scheduleUnref(asyncScheduler, 2 ** 31, () => undefined).unsubscribe();
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it('should not keep a Node process alive', () => {
    const timers: NodeJS.Timeout[] = [];
    const { setInterval: real } = globalThis;
    vi.spyOn(globalThis, 'setInterval').mockImplementation(((work: () => void, ms: number) => {
      const timer = real(work, ms);
      timers.push(timer);
      return timer;
    }) as typeof setInterval);
    const subscription = scheduleUnref(asyncScheduler, 60_000, () => undefined);
    expect(timers.map((timer) => timer.hasRef())).toStrictEqual([false]);
    subscription.unsubscribe();
  });
});
