import type { Subscription } from 'rxjs';
import type { Circuit } from '../breaker/circuit.ts';
import { Clock } from '../breaker/clock.ts';
import type { Counts, Membership } from '../breaker/membership.ts';
import { steer } from '../breaker/steer.ts';
import { askRetryFor, getCounts, getTally } from '../breaker/tally.ts';
import type { Signal } from '../types/signal.ts';
import { reportError } from '../util/report-error.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import { describe } from './describe.ts';
import { EngineLink, isHigher } from './engine-link.ts';
import type { FleetSettings } from './fleet-options.ts';
import type { FleetStatus } from './fleet-status.ts';
import { OpeningWait } from './opening-wait.ts';
import { PooledContext } from './pooled-context.ts';
import { propose, toReplacement, type Proposal, type ProposalContext } from './proposal.ts';
import { LONGEST_WAIT, parseRecord } from './record.ts';
import { ReportCounter } from './report-counter.ts';
import { applyRules, type Action, type Change, type Command, type Followed, type Local, type View } from './rules.ts';
import type { FleetView, MemberReport, RecordChange } from './store.ts';

/** Lease, vote and membership last this many periods. */
const LIFETIME = 3;
/** A closed circuit without calls reports each fifth period. */
const IDLE_PERIODS = 5;
/** Above this many members the period and the jitter grow with them. */
const MANY_MEMBERS = 1_000;
/** The longest back-off, in periods. */
const MAX_BACKOFF = 8;
/** How often a member asks at once again, should a store refuse what it ought to take. */
const MAX_ATTEMPTS = 10;

/** What a member lets its fleet know. */
export interface MemberHost {
  onStatus(): void;
  /** Why the engine gave no answer; undefined if it did. */
  onAnswer(member: Member, error: unknown): void;
  onDispose(member: Member): void;
}

/** A replacement in flight. */
interface Sent {
  readonly change: Change;
  readonly proposal: Proposal;
  readonly command: Command | undefined;
  readonly events: number;
}

/** One breaker in a fleet: reports for it, follows the record, and steers it by the rules. */
export class Member implements Membership {
  readonly circuit: string;
  private readonly _breaker: Circuit;
  private readonly _settings: FleetSettings;
  private readonly _host: MemberHost;
  private readonly _clock: Clock;
  private readonly _link: EngineLink;
  private readonly _counter = new ReportCounter();
  private readonly _wait = new OpeningWait(() => this._applyRules());

  private _view: Pick<FleetView, 'members' | 'open'> = { members: 0, open: 0 };
  private _error: unknown;
  private _followed: Followed | undefined;
  private _command: Command | undefined;
  private _own: Local['own'];
  private _ownDetail = '';
  /** What the breaker has done by itself or by command, a count. */
  private _events = 0;
  private _due: number | undefined;
  private _asked = false;
  /** Whether a call has made the breaker half-open since the lease was taken, and the outcomes that it had then. */
  private _entered = false;
  private _outcomes = 0;
  private _rejected = 0;
  private _demandAt = -Infinity;
  private _tripped = '';

  private _sent: Sent | undefined;
  private _again = false;
  private _attempts = 0;
  private _skipped = 0;
  private _waiting: (() => void)[] = [];
  private _tick: Subscription | undefined;
  private _wake: Subscription | undefined;
  private _closing: Subscription | undefined;
  private _left = false;

  constructor(breaker: Circuit, settings: FleetSettings, host: MemberHost) {
    const { patience, scheduler } = settings;
    this.circuit = breaker.options.name;
    this._breaker = breaker;
    this._settings = settings;
    this._host = host;
    this._clock = new Clock(scheduler);
    this._link = new EngineLink({ patience, scheduler, clock: this._clock });
  }

  join(): void {
    const { _breaker: breaker } = this;
    breaker.member = this;
    const tally = getTally(breaker);
    this._counter.clear(tally);
    this._rejected = tally.rejected;
    const { lastSignal } = breaker;
    const state = breaker.state.name;
    if ((state === 'open' || state === 'half_open') && lastSignal?.reason !== 'manual') {
      this._own = 'tripped';
      this._ownDetail = lastSignal?.detail ?? '';
    }
    this._sync();
  }

  /** The breaker goes on alone, with what is left of a wait. */
  leave(): void {
    if (this._left) return;
    this._left = true;
    this._link.close();
    this._wait.clear();
    for (const task of [this._tick, this._wake, this._closing]) task?.unsubscribe();
    const { _breaker: breaker } = this;
    breaker.member = undefined;
    // Its wake-up was left to the fleet.
    if (breaker.state.name === 'open') steer(breaker, { state: 'open', detail: '', wait: getTally(breaker).left });
    this._settleWaiting();
  }

  get status(): FleetStatus {
    const { _followed: followed, _view: view } = this;
    const leased = followed && followed.record.prober !== '' && this._clock.now() < followed.lease;
    return Object.freeze({
      circuit: this.circuit,
      linked: this._link.linked,
      state: followed?.record.state ?? 'closed',
      epoch: followed?.record.epoch ?? 0,
      members: view.members,
      open: view.open,
      prober: leased ? followed.record.prober : undefined,
      error: this._error,
    });
  }

  /** Asks the engine now, whatever the period; calls back when it has answered or is given up. */
  refresh(done: () => void): void {
    if (this._left) return done();
    this._waiting.push(done);
    if (this._link.busy) this._again = true;
    else this._sync();
  }

  // From the breaker

  mayWake(): boolean {
    const steered = this._closing !== undefined || this._followed?.record.state === 'open';
    return !(this._link.linked && steered);
  }

  onDispose(): void {
    this._host.onDispose(this);
  }

  onTransition({ newState, reason, detail }: Signal, left: Partial<Counts>): void {
    this._counter.turn(getCounts(left));
    this._outcomes = 0;
    if (reason === 'fleet') return;
    this._events++;
    this._due = undefined;
    this._entered = newState === 'half_open';
    // A notifier has decided, or is overruled.
    if (newState === 'half_open') this._wait.clear();
    if (reason !== 'retry') this._endClosing();
    if (reason === 'manual') {
      this._own = undefined;
      this._command = this._toCommand(newState, detail);
    } else if (reason !== 'retry') {
      this._own = reason;
      this._ownDetail = detail;
    }
    const change = this._act(undefined);
    // Without the engine the next attempt comes by itself.
    if (this._link.linked) this._sync(change);
  }

  private _toCommand(state: Signal['newState'], detail: string): Command {
    const probes = state === 'half_open';
    const left = state === 'open' ? this._wait.own(getTally(this._breaker).left, this._lifetime) : 0;
    return {
      state: probes ? 'open' : state,
      detail,
      base: this._followed?.record.epoch ?? 0,
      until: left === LONGEST_WAIT ? Infinity : this._clock.now() + left,
      probes,
    };
  }

  // From the engine

  onMessage({ now, revision, record }: RecordChange): void {
    if (this._left || !this._link.hasClock || !isHigher(revision, this._link.revision)) return;
    // The message of an own replacement may come before the answer.
    if (this._sent?.proposal.text === record) this._adoptOwn(this._sent);
    let followed: Followed;
    try {
      followed = this._toFollowed(record, now);
    } catch (error) {
      return this._host.onAnswer(this, error);
    }
    if (followed.record.epoch < (this._followed?.record.epoch ?? 0)) return;
    this._link.hear(revision);
    this._applyRules({ followed, tripped: undefined });
    this._host.onStatus();
  }

  private _onView(view: FleetView, followed: Followed | undefined, overtaken: boolean): void {
    this._counter.confirm();
    this._view = view;
    if (this._sent && view.replaced) this._adoptOwn(this._sent);
    this._sent = undefined;
    this._error = undefined;
    this._host.onAnswer(this, undefined);
    // What a later message has changed is asked again.
    const change = overtaken ? undefined : this._act({ followed, tripped: this._test(view, followed) });
    if (overtaken) this._again = true;
    this._host.onStatus();
    if (this._left || this._link.busy) return;
    if ((change !== undefined || this._again) && ++this._attempts < MAX_ATTEMPTS) return this._sync(change);
    this._attempts = 0;
    this._schedule(this._period);
  }

  private _onFailure(error: unknown): void {
    this._sent = undefined;
    this._counter.fail();
    this._attempts = 0;
    this._error = error;
    this._host.onAnswer(this, error);
    this._host.onStatus();
    if (this._left || this._link.busy) return;
    this._schedule(this._period * Math.min(MAX_BACKOFF, 2 ** (this._link.failures - 1)));
  }

  /** The record as this member is to follow it; the same object if it is followed already. */
  private _toFollowed(text: string, now: number): Followed {
    const { _followed: mine } = this;
    if (text === mine?.text) return mine;
    const record = parseRecord(text);
    // An engine whose clock has jumped must not hold the circuit open.
    const until = Math.min(record.until, now + record.wait);
    const lease = Math.min(record.lease, now + this._lifetime);
    return this._toLocal({ record: { ...record, until, lease }, text });
  }

  private _toLocal({ record, text }: Proposal): Followed {
    const { _followed: mine } = this;
    return {
      record,
      text,
      until: record.wait === LONGEST_WAIT ? Infinity : this._link.toLocal(record.until),
      lease: this._link.toLocal(record.lease),
      jitter: record.epoch === mine?.record.epoch ? mine.jitter : this._drawJitter(),
    };
  }

  private _drawJitter(): number {
    const { patience, random } = this._settings;
    return random() * patience * Math.max(1, this._view.members / MANY_MEMBERS);
  }

  /** Explains why the fleet's tripper holds, if it does; one that throws does not. */
  private _test(view: FleetView, followed: Followed | undefined): string | undefined {
    if (followed && followed.record.state !== 'closed') return undefined;
    const { tripper } = this._settings;
    const now = this._clock.now();
    try {
      const context = new PooledContext(view, now, now);
      return tripper.test(context) ? tripper.explain(context) : undefined;
    } catch (error) {
      reportError(error);
      return undefined;
    }
  }

  /** The engine has taken a replacement of this member. */
  private _adoptOwn({ change, proposal, command, events }: Sent): void {
    this._sent = undefined;
    const fresh = proposal.record.epoch !== this._followed?.record.epoch;
    this._followed = change === 'restore' ? this._followed : this._toLocal(proposal);
    this._asked = false;
    this._due = undefined;
    if (change === 'lease') this._forgetProbes();
    if (!fresh) return;
    if (this._command === command) this._command = undefined;
    // A later command is to win over the one that was taken.
    else if (this._command) this._command = { ...this._command, base: proposal.record.epoch };
    if (this._events === events) this._own = undefined;
    this._counter.clear(getTally(this._breaker));
    if (proposal.record.state !== 'open') this._wait.clear();
  }

  private _follow(followed: Followed, fresh: boolean): void {
    this._followed = followed;
    this._asked = false;
    this._due = undefined;
    if (!fresh) return;
    // What was counted, done and asked for an older epoch is void.
    this._own = undefined;
    this._forgetProbes();
    this._endClosing();
    this._counter.clear(getTally(this._breaker));
    this._wait.clear();
  }

  private _forgetProbes(): void {
    this._entered = false;
    this._outcomes = countOutcomes(getTally(this._breaker));
  }

  // Acting

  private get _period(): number {
    return this._settings.every * Math.max(1, this._view.members / MANY_MEMBERS);
  }

  private get _lifetime(): number {
    return Math.ceil(LIFETIME * this._period);
  }

  private _local(): Local {
    const now = this._clock.now();
    const tally = getTally(this._breaker);
    if (tally.rejected !== this._rejected) this._demandAt = now;
    this._rejected = tally.rejected;
    return {
      id: this._settings.id,
      linked: this._link.linked,
      state: this._breaker.state.name,
      followed: this._followed,
      own: this._own,
      command: this._command,
      closing: this._closing !== undefined,
      demand: now - this._demandAt <= this._lifetime,
      probing: this._entered || tally.inFlight > 0 || countOutcomes(tally) !== this._outcomes,
      asked: this._asked,
      due: this._due,
      notifier: this._wait.notifier,
    };
  }

  /** Applies the rules and asks for the change that they lead to. */
  private _applyRules(view?: View): void {
    if (this._left) return;
    const change = this._act(view);
    if (change) this._sync(change);
  }

  /** Applies the rules and returns the change that they lead to. */
  private _act(view: View | undefined): Change | undefined {
    const { _events: events } = this;
    const { patience } = this._settings;
    if (view?.tripped !== undefined) this._tripped = view.tripped;
    let change: Change | undefined;
    for (const action of applyRules(this._local(), view, this._clock.now(), { lifetime: this._lifetime, patience })) {
      if (action.do === 'write') change = action.change;
      else this._do(action);
      // A listener has used a command, which has applied the rules again.
      if (this._events !== events) return undefined;
    }
    return change;
  }

  private _do(action: Exclude<Action, { do: 'write' }>): void {
    switch (action.do) {
      case 'drop command':
        this._command = undefined;
        break;
      case 'follow':
        this._follow(action.followed, action.fresh);
        break;
      case 'steer':
        this._due = action.due;
        this._steer(action.state, action.due);
        break;
      case 'ask':
        this._asked = true;
        this._steer('open', action.due);
        break;
      case 'close':
        this._closeWithinSpread();
        break;
      case 'void':
        this._own = undefined;
        break;
      case 'wake':
        this._wakeAt(action.at);
    }
  }

  private _steer(state: Signal['newState'], due?: number): void {
    const record = this._followed?.record;
    if (!record) return;
    const wait = due === undefined ? undefined : Math.max(0, Math.ceil(due - this._clock.now()));
    steer(this._breaker, { state, detail: describe(record, state), wait, reopens: record.reopens });
  }

  private _closeWithinSpread(): void {
    const { scheduler, random, spread } = this._settings;
    const close = (): void => {
      this._endClosing();
      this._steer('closed');
    };
    if (spread === 0) close();
    else this._closing = scheduleUnref(scheduler, random() * spread, close);
  }

  private _endClosing(): void {
    this._closing?.unsubscribe();
    this._closing = undefined;
  }

  private _wakeAt(at: number): void {
    this._wake?.unsubscribe();
    if (at === Infinity) return;
    this._wake = scheduleUnref(this._settings.scheduler, Math.max(0, at - this._clock.now()), () => this._applyRules());
  }

  // Reporting

  private _schedule(period: number): void {
    const { scheduler, random } = this._settings;
    this._tick?.unsubscribe();
    this._tick = scheduleUnref(scheduler, period * (0.9 + 0.2 * random()), () => this._onTick());
  }

  private _onTick(): void {
    const change = this._act(undefined);
    if (this._left || this._link.busy) return;
    if (!change && this._isIdle() && ++this._skipped < IDLE_PERIODS) this._schedule(this._period);
    else this._sync(change);
  }

  private _isIdle(): boolean {
    const { _breaker: breaker, _link: link } = this;
    const closed = breaker.state.name === 'closed' && (this._followed?.record.state ?? 'closed') === 'closed';
    return link.linked && closed && !this._counter.pending(getTally(breaker));
  }

  /** Reports and asks; if the engine is being asked, then again afterwards. */
  private _sync(change?: Change): void {
    const { _link: link } = this;
    if (this._left) return;
    if (link.busy) {
      this._again = true;
      return;
    }
    this._again = false;
    this._skipped = 0;
    this._tick?.unsubscribe();
    const waiting = this._waiting;
    this._waiting = [];
    const proposal = change && propose(change, this._proposalContext());
    this._sent = proposal && { change, proposal, command: this._command, events: this._events };
    const replacement = proposal && toReplacement(proposal, link.revision);
    const report = this._report();
    link.ask({
      question: () => this._settings.store.sync(this.circuit, report, replacement),
      read: ({ record, now }) => (record === undefined ? undefined : this._toFollowed(record, now)),
      onAnswer: (view, followed, overtaken) => {
        this._onView(view, followed, overtaken);
        for (const done of waiting) done();
      },
      onFailure: (error) => {
        this._onFailure(error);
        for (const done of waiting) done();
      },
    });
  }

  private _report(): MemberReport {
    const { _breaker: breaker, _link: link } = this;
    const tally = getTally(breaker);
    const state = breaker.state.name;
    const idle = this._isIdle();
    // A circuit that has just become idle reports once more, so that its membership lasts until the next report.
    if (!idle) this._skipped = IDLE_PERIODS;
    return {
      id: this._settings.id,
      epoch: this._followed?.record.epoch ?? 0,
      open: this._own === 'tripped' && state !== 'closed' && (this._followed?.record.state ?? 'closed') === 'closed',
      ...this._counter.take(tally),
      deadline: link.hasClock ? link.toEngine(this._clock.now() + this._settings.patience) : undefined,
      lifetime: this._lifetime * (idle ? IDLE_PERIODS : 1),
      window: this._settings.window,
    };
  }

  private _proposalContext(): ProposalContext {
    const { _breaker: breaker, _link: link, _command: command, _wait: wait, _lifetime: lifetime } = this;
    const now = this._clock.now();
    const ownOpening = breaker.state.name === 'open' && this._own === 'tripped';
    const { left } = getTally(breaker);
    const commandLeft = command ? Math.max(0, command.until - now) : 0;
    return {
      id: this._settings.id,
      now: link.toEngine(now),
      lifetime,
      followed: this._followed,
      command,
      commandLeft: Math.min(Math.ceil(commandLeft), LONGEST_WAIT),
      wait: () => (ownOpening ? wait.own(left, lifetime) : wait.ask(() => askRetryFor(breaker, 0), lifetime)),
      reopens: breaker.state.name === 'closed' ? 0 : breaker.reopens,
      ownDetail: this._ownDetail,
      tripped: ownOpening ? `${this._tripped} (${this._ownDetail})` : this._tripped,
      notified: wait.notifier === 'emitted',
      halfOpen: breaker.state.name === 'half_open',
    };
  }

  private _settleWaiting(): void {
    const waiting = this._waiting;
    this._waiting = [];
    for (const done of waiting) done();
  }
}

function countOutcomes({ successes, failures }: Counts): number {
  return successes + failures;
}
