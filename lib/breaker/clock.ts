import type { SchedulerLike } from 'rxjs';
import { wrongType } from '../util/check.ts';
import { reportError } from '../util/report-error.ts';

/**
 * The scheduler's clock as a sum of its forward steps: a reading earlier than the last adds nothing, and later ones
 * count from it. Without backward steps it shows the scheduler's own time.
 */
export class Clock {
  private readonly _scheduler: SchedulerLike;
  private _reading: number;
  /** By how much the scheduler's clock has stepped back in all. */
  private _lead = 0;
  /** The time at the last step back, which rounding must not undercut; undefined before the first. */
  private _floor: number | undefined = undefined;

  /** Throws a TypeError if the scheduler's clock does not show a finite number. */
  constructor(scheduler: SchedulerLike) {
    this._scheduler = scheduler;
    this._reading = scheduler.now();
    if (!Number.isFinite(this._reading)) throw notFinite(this._reading);
  }

  /** Now, in counted time. */
  now(): number {
    const reading: unknown = this._scheduler.now();
    if (typeof reading === 'number' && reading >= this._reading && reading < Infinity) this._reading = reading;
    else this._stepBack(reading);
    return this._lead === 0 ? this._reading : this._count();
  }

  /** A moment of counted time on the scheduler's clock, as it goes since its last step back. */
  toSchedulerTime(time: number): number {
    return time - this._lead;
  }

  private _count(): number {
    const counted = this._reading + this._lead;
    // Only a rounded lead can undercut the floor.
    return this._floor === undefined ? counted : Math.max(this._floor, counted);
  }

  private _stepBack(reading: unknown): void {
    // One that is no number would make every later time NaN; an infinite one would end time.
    if (typeof reading !== 'number' || !Number.isFinite(reading)) return reportError(notFinite(reading));
    this._floor = this._count();
    this._lead = this._floor - reading;
    this._reading = reading;
  }
}

function notFinite(reading: unknown): TypeError {
  return wrongType('scheduler: the time that now() returns', 'a finite number of ms', reading);
}
