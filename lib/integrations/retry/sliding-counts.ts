import type { SchedulerLike } from 'rxjs';

/** Counts the calls and retries of the last slots of time; what is older is forgotten a slot at a time. */
export class SlidingCounts {
  calls = 0;
  retries = 0;
  private readonly _slots: { calls: number; retries: number }[];
  private readonly _slotDuration: number;
  private readonly _scheduler: SchedulerLike;
  private _reading: number;
  /** Time as the sum of the clock's steps forward: a clock that is set back must not freeze the window. */
  private _elapsed = 0;
  private _slot = 0;

  constructor(slotDuration: number, slots: number, scheduler: SchedulerLike) {
    this._slots = Array.from({ length: slots }, () => ({ calls: 0, retries: 0 }));
    this._slotDuration = slotDuration;
    this._scheduler = scheduler;
    this._reading = scheduler.now();
    // Slots are parts of the clock's time, as those of timeWindow.
    this._elapsed = this._reading;
    this._slot = Math.floor(this._elapsed / slotDuration);
  }

  addCall(): void {
    this.moveOn();
    this.calls++;
    this._current().calls++;
  }

  addRetry(): void {
    this.moveOn();
    this.retries++;
    this._current().retries++;
  }

  /** Forgets the slots that are older than the window. */
  moveOn(): void {
    const reading = this._scheduler.now();
    if (reading > this._reading) this._elapsed += reading - this._reading;
    this._reading = reading;
    const slot = Math.floor(this._elapsed / this._slotDuration);
    for (let moves = Math.min(slot - this._slot, this._slots.length); moves > 0; moves--) {
      const oldest = this._slots.shift()!;
      this.calls -= oldest.calls;
      this.retries -= oldest.retries;
      this._slots.push({ calls: 0, retries: 0 });
    }
    this._slot = slot;
  }

  private _current(): { calls: number; retries: number } {
    return this._slots[this._slots.length - 1]!;
  }
}
