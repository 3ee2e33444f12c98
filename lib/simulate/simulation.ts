import { TimeoutError } from 'rxjs';
import type { Call } from '../breaker/call.ts';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { reportError } from '../util/report-error.ts';
import { tryAdmit } from './admission.ts';
import { Agenda } from './agenda.ts';
import type { Prepared } from './prepare.ts';
import { seeded } from './seeded.ts';
import { superviseOptions } from './supervised-options.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';
import type { Faults } from './faults.ts';
import type { Settling, WatchedTripper } from './watched-tripper.ts';
import type { Contender } from './world.ts';

/** A signal, and which of the instances changed its state. */
export interface InstanceSignal {
  readonly instance: number;
  readonly signal: Signal;
}

/** What was seen of a contender, from which the report is made. */
export interface Observed {
  readonly name: string;
  readonly to: number;
  /** 1 for each call that was rejected. */
  readonly rejected: Uint8Array;
  readonly signals: readonly InstanceSignal[];
  readonly trippers: readonly WatchedTripper[];
  readonly peakInFlight: number;
  /** The ms spent in bad calls; those that never ended waited until the end. */
  readonly waited: number;
}

interface CallInFlight {
  readonly call: Call<{ status: number }>;
  /** Whether its time-out ends it. */
  readonly givenUp: boolean;
}

/**
 * One contender's run: the next arrival, the next end of a call or the next timer, whichever comes first; of equal times
 * timers, then ends in the order of starts, then arrivals. It goes on in steps, so that it can be paused.
 */
export class Simulation {
  private readonly _prepared: Prepared;
  private readonly _scheduler: VirtualScheduler;
  private readonly _breakers: CircuitBreaker[] = [];
  private readonly _trippers: WatchedTripper[] = [];
  private readonly _signals: InstanceSignal[] = [];
  private readonly _ends = new Agenda<CallInFlight>();
  private readonly _rejected: Uint8Array;
  private readonly _faults: Faults = { first: undefined };
  private readonly _settling: Settling = { outage: -1 };
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- one does for all: an error costs a stack trace
  private readonly _timeoutError = new TimeoutError();
  private readonly _timeouts: Partial<Record<State, number>> = {};
  private _next = 0;
  /** Calls that never end stay in flight. */
  private _hanging = 0;
  /** The sum of when those began, in ms from the beginning. */
  private _hungSince = 0;
  private _peak = 0;
  private _waited = 0;
  /** The call whose event is being handled, -1 for a timer. */
  private _current = -1;
  private _outage = 0;

  constructor(prepared: Prepared, contender: Contender) {
    this._prepared = prepared;
    const { world, from, traffic } = prepared;
    this._scheduler = new VirtualScheduler(from);
    this._rejected = new Uint8Array(traffic.at.length);
    for (let instance = 0; instance < world.instances; instance++) this._addBreaker(instance, contender);
  }

  /** Goes on for at most `events` events; true when there are no more. */
  advance(events: number): boolean {
    try {
      return this._advance(events);
    } catch (error) {
      throw this._toError(error);
    }
  }

  /** What was seen, once there are no more events. */
  get observed(): Observed {
    return {
      name: this._breakers[0]?.name ?? '',
      to: this._scheduler.now(),
      rejected: this._rejected,
      signals: this._signals,
      trippers: this._trippers,
      peakInFlight: this._peak,
      waited: this._waited + this._hanging * (this._scheduler.now() - this._prepared.from) - this._hungSince,
    };
  }

  private _addBreaker(instance: number, contender: Contender): void {
    const { world } = this._prepared;
    // A seed for each, so that an instance does what it would do alone.
    const random = world.random ?? seeded(1);
    const given = this._optionsOf(contender);
    const { options, tripper } = superviseOptions(given, this._scheduler, random, this._settling, this._faults);
    const breaker = new CircuitBreaker(options);
    // While it is watched, an open circuit goes half-open on time.
    breaker.signal$.subscribe({
      next: (signal) => this._signals.push({ instance, signal }),
      error: reportError,
    });
    this._breakers.push(breaker);
    this._trippers.push(tripper);
  }

  private _optionsOf(contender: Contender): CircuitBreakerOptions {
    if (typeof contender !== 'function') return contender;
    const { outages, traffic } = this._prepared;
    const scheduler = this._scheduler;
    const healthy = (): boolean => {
      const now = scheduler.now();
      return !outages.some(({ from, to }) => from <= now && (traffic.span ? now < to : now <= to));
    };
    return contender({ scheduler, healthy });
  }

  private _advance(events: number): boolean {
    const { at } = this._prepared.traffic;
    const scheduler = this._scheduler;
    const ends = this._ends;
    const faults = this._faults;
    const count = at.length;
    for (let left = events; left > 0; left--) {
      const arrival = this._next < count ? at[this._next]! : Infinity;
      const end = ends.next;
      const soonest = end <= arrival ? end : arrival;
      const timer = scheduler.next;
      this._current = -1;
      if (soonest === Infinity) {
        // Later timers do not run.
        scheduler.advanceTo(Math.max(scheduler.now(), this._prepared.until));
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
    const breaker = this._breakers[i % world.instances]!;
    const call = tryAdmit(breaker, world.classify);
    if (!call) {
      this._rejected[i] = 1;
      return;
    }
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
    const { traffic, world, failed } = this._prepared;
    const status = traffic.status[i]!;
    this._settling.outage = this._outageOf(i);
    if (givenUp) call.error(this._timeoutError);
    else if (world.classify && status !== 0) {
      call.next({ status });
      call.complete();
    } else if (failed[status] === 1) call.error(world.errorOf(status));
    else call.complete();
    this._settling.outage = -1;
  }

  /** The index of the outage that holds a call, or -1. */
  private _outageOf(i: number): number {
    const { outages } = this._prepared;
    if (outages.length === 0) return -1;
    let k = this._outage;
    while (k > 0 && i < outages[k]!.begin) k--;
    while (k < outages.length - 1 && i >= outages[k]!.end) k++;
    this._outage = k;
    const { begin, end } = outages[k]!;
    return begin <= i && i < end ? k : -1;
  }

  /** What a component has thrown is an error of the simulation, with the time of the call. */
  private _toError(error: unknown): Error {
    const { what, error: cause } = this._faults.first ?? { what: 'a component', error };
    const message = cause instanceof Error ? cause.message : String(cause);
    const i = this._current;
    const where =
      i < 0
        ? `a timer at ${String(this._scheduler.now())} ms`
        : `call ${String(i + 1)}, at ${String(this._prepared.traffic.at[i])} ms`;
    return new Error(`simulate: ${what} of the contender threw, for ${where}: ${message}`, { cause });
  }
}
