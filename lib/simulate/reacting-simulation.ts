import type { Call } from '../breaker/call.ts';
import type { State } from '../types/state.ts';
import { tryAdmit } from './admission.ts';
import { Agenda } from './agenda.ts';
import { AnswerPool } from './answer-pool.ts';
import { Dependency, type Try, type TryEvent } from './dependency.ts';
import { Fifo } from './fifo.ts';
import { Instances } from './instances.ts';
import type { Observed, Run } from './observed.ts';
import { OutageCursor } from './outage-cursor.ts';
import type { Prepared } from './prepare.ts';
import { settleCall } from './settle-call.ts';
import type { Contender, Reaction } from './world.ts';

/** One who makes a call, until it has succeeded or has no try left. */
interface Caller {
  /** The index of the call. */
  readonly i: number;
  /** The worker that makes it, which is free again afterwards. */
  readonly worker: number;
  readonly begunAt: number;
  retries: number;
}

interface CallersTry extends Try {
  readonly caller: Caller;
  readonly call: Call<{ status: number }>;
  readonly status: number;
  readonly sentAt: number;
}

/**
 * A run in a world that reacts: workers take calls from one queue, failed calls are tried again, and a dependency with so
 * many slots lets the others wait. Events come in the order of `Simulation`.
 */
export class ReactingSimulation implements Run {
  private readonly _prepared: Prepared;
  private readonly _reaction: Reaction;
  private readonly _instances: Instances;
  private readonly _answers: AnswerPool;
  private readonly _outages: OutageCursor;
  private readonly _events = new Agenda<TryEvent<CallersTry>>();
  private readonly _dependency: Dependency<CallersTry>;
  private readonly _idle = new Fifo<number>();
  private readonly _waiting = new Fifo<number>();
  private readonly _rejected: Uint8Array;
  /** What has not ended is bad. */
  private readonly _bad: Uint8Array;
  private readonly _duration: Float64Array;
  private _next = 0;
  private _sent = 0;
  private _inFlight = 0;
  private _peak = 0;
  private _waited = 0;
  /** Callers whose calls have not ended, and the sum of when those began, in ms from the beginning. */
  private _active = 0;
  private _activeSince = 0;
  private _current = -1;

  constructor(prepared: Prepared, contender: Contender) {
    const count = prepared.traffic.at.length;
    this._prepared = prepared;
    this._reaction = prepared.world.reaction!;
    this._instances = new Instances(prepared, contender);
    this._answers = new AnswerPool(prepared);
    this._outages = new OutageCursor(prepared.outages);
    this._dependency = new Dependency(this._reaction.slots, this._events);
    this._rejected = new Uint8Array(count);
    this._bad = new Uint8Array(count).fill(1);
    this._duration = new Float64Array(count).fill(Infinity);
    // More workers than calls make no difference.
    if (this._hasQueue) for (let i = 0; i < Math.min(this._reaction.workers, count); i++) this._idle.push(i);
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
    const to = scheduler.now();
    return {
      name: breakers[0]?.name ?? '',
      to,
      rejected: this._rejected,
      bad: this._bad,
      duration: this._duration,
      sent: this._sent,
      signals,
      trippers,
      peakInFlight: this._peak,
      waited: this._waited + this._active * (to - this._prepared.from) - this._activeSince,
    };
  }

  private get _hasQueue(): boolean {
    return this._reaction.workers < Infinity;
  }

  private _advance(events: number): boolean {
    const { traffic, until } = this._prepared;
    const { scheduler, faults } = this._instances;
    const count = traffic.at.length;
    for (let left = events; left > 0; left--) {
      const arrival = this._next < count ? traffic.at[this._next]! : Infinity;
      const end = this._events.next;
      const soonest = Math.min(arrival, end);
      const timer = scheduler.next;
      this._current = -1;
      // What the dependency still does for callers who have given up is of no interest.
      if (soonest === Infinity || (arrival === Infinity && this._active === 0)) {
        scheduler.advanceTo(Math.max(scheduler.now(), until));
        if (faults.first) throw faults.first.error;
        this._giveUpWaiting();
        return true;
      }
      if (timer <= soonest) scheduler.advanceTo(timer);
      else {
        scheduler.advanceTo(soonest);
        if (end <= arrival) this._handle(this._events.pop());
        else this._arrive(this._next++);
      }
      if (faults.first) throw faults.first.error;
    }
    return false;
  }

  private _arrive(i: number): void {
    if (!this._hasQueue) {
      this._begin(i, i);
      return;
    }
    this._waiting.push(i);
    this._dispatch();
  }

  /** Idle workers take what waits. */
  private _dispatch(): void {
    const { patience } = this._reaction;
    const { at } = this._prepared.traffic;
    while (this._idle.size > 0) {
      const i = this._waiting.shift();
      if (i === undefined) return;
      if (this._instances.scheduler.now() - at[i]! > patience) this._abandon(i, patience);
      // A rejected call leaves its worker idle, so that this is a loop and not a recursion.
      else this._begin(i, this._idle.shift()!);
    }
  }

  /** The caller was gone before a worker came. */
  private _abandon(i: number, waited: number): void {
    this._waited += waited;
    this._duration[i] = waited;
  }

  private _giveUpWaiting(): void {
    const { patience } = this._reaction;
    const { at } = this._prepared.traffic;
    const now = this._instances.scheduler.now();
    for (let i = this._waiting.shift(); i !== undefined; i = this._waiting.shift()) {
      const waited = now - at[i]!;
      if (waited > patience) this._abandon(i, patience);
      else this._waited += waited;
    }
  }

  private _begin(i: number, worker: number): void {
    const begunAt = this._instances.scheduler.now();
    this._active++;
    this._activeSince += begunAt - this._prepared.from;
    this._try({ i, worker, begunAt, retries: this._reaction.retries });
  }

  private _try(caller: Caller): void {
    const { i, worker } = caller;
    this._current = i;
    const { traffic, world } = this._prepared;
    const now = this._instances.scheduler.now();
    const breaker = this._instances.breakers[worker % world.instances]!;
    const call = tryAdmit(breaker, world.classify);
    if (!call) {
      this._rejected[i] = 1;
      this._finish(caller, this._prepared.bad[i]!);
      // What the record would have taken.
      this._duration[i] = Math.min(traffic.duration[i]!, world.timeout('closed'));
      return;
    }
    const answer = this._answers.at(i, now);
    const attempt: CallersTry = {
      caller,
      call,
      status: traffic.status[answer]!,
      order: this._sent++,
      sentAt: now,
      work: traffic.duration[answer]!,
      until: now + this._timeoutIn(breaker.state),
      isOver: false,
      isServed: false,
    };
    this._inFlight++;
    if (this._inFlight > this._peak) this._peak = this._inFlight;
    this._dependency.request(attempt, now);
  }

  private _timeoutIn(state: State): number {
    return this._prepared.world.timeout(state);
  }

  private _handle({ attempt, isAnswer }: TryEvent<CallersTry>): void {
    const now = this._instances.scheduler.now();
    const { settling } = this._instances;
    if (!attempt.isOver) {
      attempt.isOver = true;
      this._inFlight--;
      this._current = attempt.caller.i;
      settling.outage = this._outages.at(attempt.caller.i);
      settleCall(attempt.call, attempt.status, !isAnswer, this._prepared);
      settling.outage = -1;
      this._continue(attempt, isAnswer);
    }
    if (isAnswer || (attempt.work === Infinity && attempt.isServed)) this._dependency.release(now);
    this._dispatch();
  }

  private _continue({ caller, status, sentAt }: CallersTry, isAnswer: boolean): void {
    const { failed, world } = this._prepared;
    const hasFailed = !isAnswer || failed[status] === 1;
    if (hasFailed && caller.retries > 0) {
      caller.retries--;
      this._try(caller);
      return;
    }
    const isSlow = this._instances.scheduler.now() - sentAt >= world.slowAfter;
    this._finish(caller, hasFailed || isSlow ? 1 : 0);
  }

  private _finish({ i, worker, begunAt }: Caller, bad: number): void {
    const now = this._instances.scheduler.now();
    this._active--;
    this._activeSince -= begunAt - this._prepared.from;
    this._bad[i] = bad;
    this._duration[i] = now - this._prepared.traffic.at[i]!;
    if (bad === 1) this._waited += now - begunAt;
    if (this._hasQueue) this._idle.push(worker);
  }
}
