import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import { wrongType } from '../util/check.ts';
import { Agenda } from './agenda.ts';

/** Below this many cancelled actions a clean-up is not worth its cost. */
const FEW = 64;

/**
 * A scheduler whose time you set, for simulated worlds of your own: nothing runs until {@link VirtualScheduler.advanceTo}.
 *
 * *Details.* Actions of one time run in the order in which they were scheduled. A delay of `Infinity` never comes, a
 * negative one counts as 0. Unlike RxJS's `VirtualTimeScheduler`, it runs up to a moment and no further, and scheduling
 * among n waiting actions takes log n steps.
 *
 * @param time the time to begin with, in ms. Default 0
 * @throws TypeError or RangeError if `time` is not a finite number
 * @example
 * ```ts
 * import { timer } from 'rxjs';
 * import { VirtualScheduler } from 'rxjs-fluxgate/simulate';
 *
 * const scheduler = new VirtualScheduler();
 * timer(3_600_000, scheduler).subscribe(() => console.log('an hour later', scheduler.now()));
 * console.log(scheduler.next); // => 3600000
 * scheduler.advanceTo(4_000_000); // => an hour later 3600000
 * console.log(scheduler.now(), scheduler.next); // => 4000000 Infinity
 * ```
 *
 * @see {@link simulate}, which runs on one
 */
export class VirtualScheduler implements SchedulerLike {
  private readonly _agenda = new Agenda<Appointed>();
  private _time: number;
  private _scheduled = 0;
  private _dropped = 0;

  constructor(time = 0) {
    checkTime('VirtualScheduler: time', time);
    this._time = time;
  }

  /** The time, in ms. */
  now(): number {
    return this._time;
  }

  /** When the next action is due, in ms; `Infinity` if none is. */
  get next(): number {
    const agenda = this._agenda;
    while (agenda.first && agenda.first.order !== agenda.nextOrder) {
      agenda.pop();
      this._dropped--;
    }
    return agenda.next;
  }

  /**
   * Runs what is due up to `time`, each action at its own time, and leaves the clock at `time`. If an action throws, the
   * clock stays at that action's time, and the next call goes on after it.
   *
   * @param time in ms, not before {@link VirtualScheduler.now}
   * @throws TypeError or RangeError if `time` is not such a number; what an action throws
   */
  advanceTo(time: number): void {
    checkTime('advanceTo: time', time);
    if (time < this._time) {
      throw new RangeError(`advanceTo: time must not be before now() (${String(this._time)}), got ${String(time)}`);
    }
    while (this.next <= time) {
      const due = this._agenda.next;
      // An action may have advanced the clock itself.
      if (due > this._time) this._time = due;
      this._agenda.pop().run();
    }
    if (time > this._time) this._time = time;
  }

  /** Schedules `work` in `delay` ms, 0 by default. */
  schedule<T>(work: (this: SchedulerAction<T>, state: T) => void, delay = 0, state?: T): Subscription {
    return new VirtualAction<T>(this, work).schedule(state, delay);
  }

  /**
   * Enters an action into the agenda.
   *
   * @internal
   */
  _enter(action: Appointed, delay: number): number {
    const order = this._scheduled++;
    this._agenda.push(this._time + (delay > 0 ? delay : 0), order, action);
    return order;
  }

  /**
   * Counts an action that was unsubscribed, and drops such actions now and then.
   *
   * @internal
   */
  _drop(): void {
    // Time-outs are mostly cancelled long before they are due, and must not pile up.
    if (++this._dropped < FEW || this._dropped * 2 < this._agenda.size) return;
    this._agenda.filter((action, order) => action.order === order);
    this._dropped = 0;
  }
}

interface Appointed {
  /** Of its entry in the agenda; any other entry of it is dropped. */
  readonly order: number;
  run(): void;
}

class VirtualAction<T> extends Subscription implements SchedulerAction<T>, Appointed {
  /** Negative while it waits for nothing. */
  order = -1;
  private readonly _scheduler: VirtualScheduler;
  private readonly _work: (this: SchedulerAction<T>, state: T) => void;
  private _state: T | undefined;

  constructor(scheduler: VirtualScheduler, work: (this: SchedulerAction<T>, state: T) => void) {
    super();
    this._scheduler = scheduler;
    this._work = work;
  }

  /** Schedules the same work once more; called from inside the work it makes a loop. */
  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this._leave();
    this._state = state;
    this.order = this._scheduler._enter(this, delay);
    return this;
  }

  run(): void {
    this.order = -1;
    try {
      this._work(this._state as T);
    } catch (error) {
      this.unsubscribe();
      throw error;
    }
    // As in RxJS, an action that has not scheduled itself again is over.
    if (this.order < 0) this.unsubscribe();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    super.unsubscribe();
    this._leave();
  }

  private _leave(): void {
    if (this.order < 0) return;
    this.order = -1;
    this._scheduler._drop();
  }
}

function checkTime(what: string, time: unknown): void {
  if (typeof time !== 'number') throw wrongType(what, 'a finite number of ms', time);
  if (!Number.isFinite(time)) throw new RangeError(`${what} must be a finite number of ms, got ${String(time)}`);
}
