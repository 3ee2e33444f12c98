import type { SchedulerLike } from 'rxjs';

/**
 * The scheduler's clock as a sum of its forward steps: a reading earlier than the last adds nothing, and later ones
 * count from it. Without backward steps it shows the scheduler's own time.
 */
export class Clock {
  readonly #scheduler: SchedulerLike;
  #reading: number;
  /** By how much the scheduler's clock has stepped back in all. */
  #lead = 0;
  /** The time at the last step back, which rounding must not undercut. */
  #floor = -Infinity;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
    this.#reading = scheduler.now();
  }

  /** Now, in counted time. */
  now(): number {
    const reading = this.#scheduler.now();
    if (reading < this.#reading) {
      this.#floor = Math.max(this.#floor, this.#reading + this.#lead);
      this.#lead = this.#floor - reading;
    }
    this.#reading = reading;
    return Math.max(this.#floor, reading + this.#lead);
  }

  /** A moment of counted time on the scheduler's clock, as it goes since its last step back. */
  toSchedulerTime(time: number): number {
    return time - this.#lead;
  }
}
