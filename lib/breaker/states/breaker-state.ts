import type { CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import type { Outcome } from '../../types/outcome.ts';
import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import type { Steering } from '../membership.ts';
import type { OpenTimer } from '../open-timer.ts';
import type { Parts } from '../parts.ts';

/** How a call can end. */
export type Settlement = Outcome | 'cancelled';

/** A state to be entered, and why. */
export interface Change extends Pick<Signal, 'reason' | 'detail'> {
  readonly to: State;
  readonly cause: unknown;
  /** Given if a fleet has asked for it. */
  readonly steering?: Steering;
}

/** A call as its state knows it. */
export interface StateCall {
  state: BreakerState;
  /** In counted time. */
  startedAt: number;
  /** Whether it holds no place: it has settled, or has not been admitted. */
  settled: boolean;
  /** Makes it a failure, if it has not settled. */
  timeOut(): void;
}

/**
 * One stay in a state: an epoch. A call belongs to the stay that admitted it, and its end counts in no other.
 *
 * This is the stay in which all calls are admitted and nothing is recorded; the others override what differs.
 */
export abstract class BreakerState {
  abstract readonly name: State;
  /** What an open circuit waits for; undefined in every other state. */
  readonly timer: OpenTimer | undefined;
  /** When it was entered, in counted time. */
  readonly changedAt: number;
  /** Unsettled calls; while half-open, the places taken. */
  inFlight = 0;
  hasAdmitted = false;
  protected readonly _parts: Parts;

  constructor(parts: Parts, changedAt: number, timer?: OpenTimer) {
    this._parts = parts;
    this.changedAt = changedAt;
    this.timer = timer;
  }

  /** Whether a call that asks now is rejected. May call user code. */
  refuses(): boolean {
    return false;
  }

  /** Admits a call. Its time starts here. */
  admit(call: StateCall): void {
    const now = this._parts.clock.now();
    call.state = this;
    call.startedAt = now;
    this.hasAdmitted = true;
    // Together: should the stack be full, the flag and the count must not differ.
    call.settled = false;
    this.inFlight++;
  }

  /** A call was rejected in this state. */
  rejected(_rejection: CallNotPermittedError, _now: number): void {
    // Of interest while half-open alone.
  }

  /** Drops what is remembered of a call that has ended, but cannot be settled because the clock fails. */
  forget(_call: StateCall): void {
    // Of interest while half-open alone.
  }

  /** A call of this state has settled and given back its place; returns the change that this leads to. */
  settle(
    _call: StateCall,
    _settlement: Settlement,
    _error: unknown,
    _duration: number,
    _now: number,
  ): Change | undefined {
    return undefined;
  }

  /** As `reset()` does to a closed circuit; the calls in flight stay. */
  forgetStreaks(): void {
    // Of interest while closed alone.
  }

  /** Drops what must not outlive the state. Must not throw. */
  leave(): void {
    this.timer?.dispose();
  }
}
