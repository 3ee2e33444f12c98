import fc from 'fast-check';
import { debounceTime, interval, Subject, timer, VirtualTimeScheduler, type SchedulerAction } from 'rxjs';
import { VirtualScheduler } from 'rxjs-fluxgate/simulate';
import { describe, expect, it } from 'vitest';
import { collect } from '../support/collect.ts';

describe('VirtualScheduler', () => {
  it('should run nothing before its time is set, and then what is due, each action at its time', () => {
    const scheduler = new VirtualScheduler(1_000);
    const seen: number[] = [];
    for (const delay of [30, 10, 20, 40]) scheduler.schedule(() => seen.push(scheduler.now()), delay);
    expect(seen).toStrictEqual([]);
    expect(scheduler.next).toBe(1_010);
    scheduler.advanceTo(1_030);
    expect(seen).toStrictEqual([1_010, 1_020, 1_030]);
    expect([scheduler.now(), scheduler.next]).toStrictEqual([1_030, 1_040]);
  });

  it('should run what its actions schedule if it is due by then', () => {
    const scheduler = new VirtualScheduler();
    const seen = collect(interval(10, scheduler));
    scheduler.advanceTo(35);
    expect(seen).toStrictEqual([0, 1, 2]);
  });

  it('should pass a state on', () => {
    const scheduler = new VirtualScheduler();
    const seen: number[] = [];
    scheduler.schedule(
      function (this: SchedulerAction<number>, n: number) {
        seen.push(n);
        if (n < 3) this.schedule(n + 1, 5);
      },
      5,
      1,
    );
    scheduler.advanceTo(100);
    expect(seen).toStrictEqual([1, 2, 3]);
    expect(scheduler.next).toBe(Infinity);
  });

  it('should keep one appointment for an action that is scheduled once more, as RxJS does', () => {
    const scheduler = new VirtualScheduler();
    const source = new Subject<string>();
    const seen = collect(source.pipe(debounceTime(10, scheduler)));
    source.next('a');
    scheduler.advanceTo(5);
    source.next('b');
    scheduler.advanceTo(14);
    expect(seen).toStrictEqual([]);
    scheduler.advanceTo(15);
    expect(seen).toStrictEqual(['b']);

    const action = scheduler.schedule(() => seen.push('once'), 10) as SchedulerAction<unknown>;
    action.schedule(undefined, 20);
    expect(scheduler.next).toBe(35);
    scheduler.advanceTo(100);
    expect(seen).toStrictEqual(['b', 'once']);
  });

  it('should never come to a delay of Infinity, and take a negative one for 0', () => {
    const scheduler = new VirtualScheduler();
    const seen: string[] = [];
    scheduler.schedule(() => seen.push('never'), Infinity);
    scheduler.schedule(() => seen.push('at once'), -5);
    scheduler.advanceTo(Number.MAX_SAFE_INTEGER);
    expect(seen).toStrictEqual(['at once']);
    expect(scheduler.next).toBe(Infinity);
  });

  it('should drop cancelled actions, however many', () => {
    const scheduler = new VirtualScheduler();
    const timers = Array.from({ length: 1_000 }, (_, i) => timer(1_000 + i, scheduler).subscribe());
    timer(5_000, scheduler).subscribe();
    timers.forEach((subscription) => subscription.unsubscribe());
    expect(scheduler.next).toBe(5_000);
    // Otherwise the time-outs of a million calls would wait for an hour that is over soon.
    expect((scheduler as unknown as { _agenda: { size: number } })._agenda.size).toBeLessThan(200);
  });

  it('should let through what an action throws, and go on after it', () => {
    const scheduler = new VirtualScheduler();
    const seen: string[] = [];
    scheduler.schedule(() => {
      throw new Error('boom');
    }, 10);
    scheduler.schedule(() => seen.push('later'), 20);
    expect(() => scheduler.advanceTo(30)).toThrow('boom');
    expect(scheduler.now()).toBe(10);
    scheduler.advanceTo(30);
    expect(seen).toStrictEqual(['later']);
  });

  it('should refuse a time that is none, or over', () => {
    const scheduler = new VirtualScheduler(5);
    expect(() => scheduler.advanceTo(4)).toThrow(new RangeError('advanceTo: time must not be before now() (5), got 4'));
    expect(() => scheduler.advanceTo(Infinity)).toThrow(RangeError);
    expect(() => scheduler.advanceTo('9' as never)).toThrow(TypeError);
    expect(() => new VirtualScheduler(NaN)).toThrow(RangeError);
  });

  it('should run random loops of actions in the order of VirtualTimeScheduler', () => {
    const delays = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(delays, (actions) => {
        const ours = new VirtualScheduler();
        const theirs = new VirtualTimeScheduler(undefined, Infinity);
        const logs = [ours, theirs].map((scheduler) => {
          const log: string[] = [];
          actions.forEach(([first, ...rest], name) => {
            scheduler.schedule(
              function (this: SchedulerAction<number>, step?: number) {
                log.push(`${String(name)} ${String(step)} at ${String(scheduler.now())}`);
                const delay = rest[step!];
                if (delay !== undefined) this.schedule(step! + 1, delay);
              },
              first,
              0,
            );
          });
          return log;
        });
        ours.advanceTo(1_000);
        theirs.flush();
        expect(logs[0]).toStrictEqual(logs[1]);
      }),
    );
  });
});
