import type { Call } from '../breaker/call.ts';
import type { State } from '../types/state.ts';
import { tryAdmit } from './admission.ts';
import { Agenda } from './agenda.ts';
import { Instances } from './instances.ts';
import type { Observed, Run } from './observed.ts';
import { OutageCursor } from './outage-cursor.ts';
import type { Prepared } from './prepare.ts';
import { settleCall } from './settle-call.ts';
import type { Contender } from './world.ts';

interface CallInFlight {
  readonly call: Call<{ status: number }>;
  /** Whether its time-out ends it. */
  readonly givenUp: boolean;
}

/**
 * One contender's run: the next arrival, the next end of a call or the next timer, whichever comes first; of equal times
 * timers, then ends in the order of starts, then arrivals. It goes on in steps, so that it can be paused.
 */
export class Simulation implements Run {
  private readonly _prepared: Prepared;
  private readonly _instances: Instances;
  private readonly _outages: OutageCursor;
  private readonly _ends = new Agenda<CallInFlight>();
  private readonly _rejected: Uint8Array;
  private readonly _timeouts: Partial<Record<State, number>> = {};
  private _next = 0;
  private _sent = 0;
  /** Calls that never end stay in flight. */
  private _hanging = 0;
  /** The sum of when those began, in ms from the beginning. */
  private _hungSince = 0;
  private _peak = 0;
  private _waited = 0;
  /** The call whose event is being handled, -1 for a timer. */
  private _current = -1;

  constructor(prepared: Prepared, contender: Contender) {
    this._prepared = prepared;
    this._instances = new Instances(prepared, contender);
    this._outages = new OutageCursor(prepared.outages);
    this._rejected = new Uint8Array(prepared.traffic.at.length);
  }

  advance(events: number): boolean {
    try {
      return this._advance(events);
    } catch (error) {
      throw this._instances.toError(error, this._current);
    }
  }

  get observed(): Observed {
    const { breakers, scheduler, signals, trippers } = this._instances;
    const { bad, from, traffic } = this._prepared;
    const to = scheduler.now();
    return {
      name: breakers[0]?.name ?? '',
      to,
      rejected: this._rejected,
      bad,
      duration: traffic.duration,
      sent: this._sent,
      signals,
      trippers,
      peakInFlight: this._peak,
      waited: this._waited + this._hanging * (to - from) - this._hungSince,
    };
  }

  private _advance(events: number): boolean {
    const { traffic, until } = this._prepared;
    const { scheduler, faults } = this._instances;
    const { at } = traffic;
    const ends = this._ends;
    const count = at.length;
    for (let left = events; left > 0; left--) {
      const arrival = this._next < count ? at[this._next]! : Infinity;
      const end = ends.next;
      const soonest = end <= arrival ? end : arrival;
      const timer = scheduler.next;
      this._current = -1;
      if (soonest === Infinity) {
        // Later timers do not run.
        scheduler.advanceTo(Math.max(scheduler.now(), until));
        if (faults.first) throw faults.first.error;
        return true;
      }
      if (timer <= soonest) scheduler.advanceTo(timer);
      else {
        scheduler.advanceTo(soonest);
        if (end <= arrival) this._end(ends.nextOrder, ends.pop());
        else this._arrive(this._next++);
      }
      if (faults.first) throw faults.first.error;
    }
    return false;
  }

  private _arrive(i: number): void {
    this._current = i;
    const { traffic, world, bad } = this._prepared;
    const at = traffic.at[i]!;
    const breaker = this._instances.breakers[i % world.instances]!;
    const call = tryAdmit(breaker, world.classify);
    if (!call) {
      this._rejected[i] = 1;
      return;
    }
    this._sent++;
    const duration = traffic.duration[i]!;
    const timeout = this._timeoutIn(breaker.state);
    const took = duration > timeout ? timeout : duration;
    if (took === Infinity) {
      this._hanging++;
      this._hungSince += at - this._prepared.from;
    } else {
      if (bad[i] === 1) this._waited += took;
      this._ends.push(at + took, i, { call, givenUp: duration > timeout });
    }
    const inFlight = this._ends.size + this._hanging;
    if (inFlight > this._peak) this._peak = inFlight;
  }

  private _timeoutIn(state: State): number {
    let timeout = this._timeouts[state];
    if (timeout === undefined) this._timeouts[state] = timeout = this._prepared.world.timeout(state);
    return timeout;
  }

  private _end(i: number, { call, givenUp }: CallInFlight): void {
    this._current = i;
    const { settling } = this._instances;
    settling.outage = this._outages.at(i);
    settleCall(call, this._prepared.traffic.status[i]!, givenUp, this._prepared);
    settling.outage = -1;
  }
}
