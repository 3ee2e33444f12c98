import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';

/** Time is where it was put, so that no window empties itself while another is measured. */
export class HandMovedClock implements SchedulerLike {
  time = 0;

  now(): number {
    return this.time;
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay?: number, state?: T): Subscription {
    return asyncScheduler.schedule(work, delay, state);
  }
}

/** Each reading is 1 ms later than the last, so that every call takes 1 ms. */
export class TickingClock extends HandMovedClock {
  override now(): number {
    return this.time++;
  }
}
