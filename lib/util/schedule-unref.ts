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
    const step = Math.min(left, LONGEST_DELAY);
    const timer = scheduler.schedule(() => {
      if (left <= step) return work();
      try {
        sleep(left - step);
      } catch (error) {
        // Too early is better than never.
        reportError(error);
        work();
      }
    }, step);
    unref(timer);
    timers.add(timer);
  };
  if (delay < Infinity) sleep(delay);
  return timers;
}

/** An action of the asyncScheduler holds its timer in `id`, which in Node can be let go of. */
function unref(timer: (Subscription & { id?: { unref?: () => void } }) | undefined): void {
  // Schedulers of users may return nothing.
  if (typeof timer?.id?.unref === 'function') timer.id.unref();
}
