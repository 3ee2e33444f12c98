import { Subscription, type SchedulerLike } from 'rxjs';
import { reportError } from './report-error.ts';

/** The longest delay that timers keep; a longer one fires at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Runs `work` once after `delay` ms on the scheduler, also for delays that timers cannot keep, and never for
 * `Infinity`. The timer does not keep a Node process alive.
 */
export function scheduleUnref(scheduler: SchedulerLike, delay: number, work: () => void): Subscription {
  const timers = new Subscription();
  const sleep = (left: number): void => {
    const nap = Math.min(left, LONGEST_DELAY);
    const timer = scheduler.schedule(() => {
      if (left <= nap) return work();
      try {
        sleep(left - nap);
      } catch (error) {
        // Too early is better than never.
        reportError(error);
        work();
      }
    }, nap);
    // An action of the asyncScheduler holds Node's timer in `id`; elsewhere there is nothing to let go of.
    (timer as { id?: { unref?: () => void } } | undefined)?.id?.unref?.();
    timers.add(timer);
  };
  if (delay < Infinity) sleep(delay);
  return timers;
}
