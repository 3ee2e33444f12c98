import type { SchedulerLike } from 'rxjs';
import { Clock } from '../../breaker/clock.ts';

/** Counts the calls and retries of the last slots of time; what is older is forgotten a slot at a time. */
export class SlidingCounts {
  calls = 0;
  retries = 0;
  /** Rings, a slot of time at its number modulo their length. */
  private readonly _callsIn: number[];
  private readonly _retriesIn: number[];
  private readonly _slotDuration: number;
  // A clock that is set back must neither freeze the window nor empty it.
  private readonly _clock: Clock;
  private _slot: number;

  constructor(slotDuration: number, slots: number, scheduler: SchedulerLike) {
    this._callsIn = Array<number>(slots).fill(0);
    this._retriesIn = Array<number>(slots).fill(0);
    this._slotDuration = slotDuration;
    this._clock = new Clock(scheduler);
    this._slot = this._getSlot();
  }

  addCall(): void {
    this.moveOn();
    this.calls++;
    this._add(this._callsIn);
  }

  addRetry(): void {
    this.moveOn();
    this.retries++;
    this._add(this._retriesIn);
  }

  /** Forgets the slots that are older than the window. */
  moveOn(): void {
    const slot = this._getSlot();
    for (let next = Math.max(this._slot + 1, slot - this._callsIn.length + 1); next <= slot; next++) {
      const index = this._getIndex(next);
      this.calls -= this._callsIn[index] ?? 0;
      this.retries -= this._retriesIn[index] ?? 0;
      this._callsIn[index] = 0;
      this._retriesIn[index] = 0;
    }
    this._slot = slot;
  }

  private _add(ring: number[]): void {
    const index = this._getIndex(this._slot);
    ring[index] = (ring[index] ?? 0) + 1;
  }

  /** Slots of a time before 0 are negative. */
  private _getIndex(slot: number): number {
    const { length } = this._callsIn;
    return ((slot % length) + length) % length;
  }

  private _getSlot(): number {
    return Math.floor(this._clock.now() / this._slotDuration);
  }
}
