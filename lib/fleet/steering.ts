import type { Subscription } from 'rxjs';
import type { Circuit } from '../breaker/circuit.ts';
import type { Clock } from '../breaker/clock.ts';
import { steer } from '../breaker/steer.ts';
import type { Signal } from '../types/signal.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import { describe } from './describe.ts';
import type { FleetSettings } from './fleet-options.ts';
import type { FleetRecord } from './record.ts';

/** Puts a breaker where the record of its fleet wants it, and knows where it was put last. */
export class Steering {
  /** The due moment that the breaker was last given. */
  due: number | undefined;
  private _asked = false;
  private readonly _breaker: Circuit;
  private readonly _settings: FleetSettings;
  private readonly _clock: Clock;
  private _closing: Subscription | undefined;

  constructor(breaker: Circuit, settings: FleetSettings, clock: Clock) {
    this._breaker = breaker;
    this._settings = settings;
    this._clock = clock;
  }

  /** Whether it has asked for the lease since the record was followed. */
  get asked(): boolean {
    return this._asked;
  }

  /** Whether the breaker is to close within the spread. */
  get closing(): boolean {
    return this._closing !== undefined;
  }

  /** Another record is followed. */
  restart(): void {
    this.due = undefined;
    this._asked = false;
  }

  steer(record: FleetRecord | undefined, state: Signal['newState'], due?: number): void {
    this.due = due;
    this._enter(record, state, due);
  }

  /** The breaker is due even if the lease that it asks for never comes. */
  ask(record: FleetRecord | undefined, due: number): void {
    this._asked = true;
    this._enter(record, 'open', due);
  }

  /** Closes at a random moment of the spread, by the record that is followed then. */
  closeWithinSpread(getRecord: () => FleetRecord | undefined): void {
    const { scheduler, random, spread } = this._settings;
    const close = (): void => {
      this.endClosing();
      this._enter(getRecord(), 'closed');
    };
    if (spread === 0) close();
    else this._closing = scheduleUnref(scheduler, random() * spread, close);
  }

  /** Leaves an open breaker to itself, with what is left of its wait: its wake-up was left to the fleet. */
  release(left: number | undefined): void {
    const { _breaker: breaker } = this;
    if (breaker.state.name === 'open') steer(breaker, { state: 'open', detail: '', wait: left });
  }

  endClosing(): void {
    this._closing?.unsubscribe();
    this._closing = undefined;
  }

  private _enter(record: FleetRecord | undefined, state: Signal['newState'], due?: number): void {
    if (!record) return;
    const wait = due === undefined ? undefined : Math.max(0, Math.ceil(due - this._clock.now()));
    steer(this._breaker, { state, detail: describe(record, state), wait, reopens: record.reopens });
  }
}
