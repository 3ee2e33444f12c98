import type { Subscription } from 'rxjs';
import type { Circuit } from '../breaker/circuit.ts';
import { Clock } from '../breaker/clock.ts';
import type { Counts, Membership, Tally } from '../breaker/membership.ts';
import { getCounts, getTally } from '../breaker/tally.ts';
import type { Signal } from '../types/signal.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import { Decisions } from './decisions.ts';
import { checkChange, EngineLink, isHigher } from './engine-link.ts';
import { explainOpening } from './explain-opening.ts';
import type { FleetSettings } from './fleet-options.ts';
import type { FleetStatus } from './fleet-status.ts';
import { MemberView } from './member-view.ts';
import { OpeningWait } from './opening-wait.ts';
import { Proposer } from './proposer.ts';
import { LONGEST_WAIT } from './record.ts';
import { Reporter, type Answer, type ReporterHost, type Sent } from './reporter.ts';
import { applyRules, type Action, type Change, type Command, type Followed, type Local, type View } from './rules.ts';
import { Steering } from './steering.ts';
import type { RecordChange } from './store.ts';
import { Traffic } from './traffic.ts';

/** What a member lets its fleet know. */
export interface MemberHost {
  onStatus(): void;
  /** A report had no answer. */
  onFailure(member: Member): void;
  /** A message could not be read. */
  onGarbage(member: Member, error: unknown): void;
  /** Why the engine gave no answer; undefined if it did. */
  onAnswer(member: Member, error: unknown): void;
  onDispose(member: Member): void;
}

/** One breaker in a fleet: reports for it, follows the record, and steers it by the rules. */
export class Member implements Membership, ReporterHost {
  readonly circuit: string;
  private readonly _breaker: Circuit;
  private readonly _settings: FleetSettings;
  private readonly _host: MemberHost;
  private readonly _clock: Clock;
  private readonly _link: EngineLink;
  private readonly _view: MemberView;
  private readonly _reporter: Reporter;
  private readonly _decisions = new Decisions();
  private readonly _traffic: Traffic;
  private readonly _steering: Steering;
  private readonly _wait = new OpeningWait(() => this._applyRules());
  private readonly _proposer: Proposer;
  private _wake: Subscription | undefined;
  private _left = false;

  constructor(breaker: Circuit, settings: FleetSettings, host: MemberHost) {
    const { patience, scheduler } = settings;
    this.circuit = breaker.options.name;
    this._breaker = breaker;
    this._settings = settings;
    this._host = host;
    this._clock = new Clock(scheduler);
    this._link = new EngineLink({ patience, scheduler, clock: this._clock });
    this._view = new MemberView(settings, this._link);
    this._reporter = new Reporter(this, settings, this._link, this._view);
    this._traffic = new Traffic(this.tally);
    this._steering = new Steering(breaker, settings, this._clock);
    const { _clock: clock, _link: link, _view: view, _decisions: decisions, _wait: wait } = this;
    this._proposer = new Proposer({ breaker, settings, clock, link, view, decisions, wait });
  }

  join(): void {
    const { _breaker: breaker } = this;
    breaker.member = this;
    this._reporter.counter.clear(this.tally);
    const { lastSignal } = breaker;
    const state = breaker.state.name;
    if ((state === 'open' || state === 'half_open') && lastSignal?.reason !== 'manual') {
      this._decisions.adopt(lastSignal);
    }
    this._reporter.report();
  }

  /** The breaker goes on alone, with what is left of a wait. */
  leave(): void {
    if (this._left) return;
    this._left = true;
    this._wait.clear();
    this._wake?.unsubscribe();
    this._steering.endClosing();
    this._breaker.member = undefined;
    if (this._view.linked) this._steering.release(this.tally.left);
    this._reporter.close();
  }

  get status(): FleetStatus {
    return this._view.toStatus(this.circuit, this._clock.now());
  }

  /** Asks the engine now, whatever the period; calls back when it has answered or is given up. */
  refresh(done: () => void): void {
    this._reporter.refresh(done);
  }

  // From the breaker

  mayWake(): boolean {
    const steered = this._steering.closing || this._view.state === 'open';
    return !(this._link.linked && steered);
  }

  onDispose(): void {
    this._host.onDispose(this);
  }

  onTransition(signal: Signal, left: Partial<Counts>): void {
    const { newState, reason } = signal;
    this._reporter.counter.turn(getCounts(left));
    this._traffic.restart();
    if (reason === 'fleet') return;
    this._steering.due = undefined;
    this._traffic.enter(newState === 'half_open');
    // A notifier has decided, or is overruled.
    if (newState === 'half_open') this._wait.clear();
    if (reason !== 'retry') this._steering.endClosing();
    this._decisions.record(signal, () => this._toCommand(signal));
    const change = this._act(undefined);
    // Without the engine the next attempt comes by itself.
    if (this._link.linked) this._reporter.report(change);
  }

  private _toCommand({ newState, detail }: Signal): Command {
    const probes = newState === 'half_open';
    const left = newState === 'open' ? this._wait.own(this.tally.left, this._view.lifetime) : 0;
    return {
      state: probes ? 'open' : newState,
      detail,
      base: this._view.epoch,
      until: left === LONGEST_WAIT ? Infinity : this._clock.now() + left,
      probes,
    };
  }

  // From the engine

  onMessage(change: RecordChange): void {
    if (this._left || !this._link.hasClock) return;
    const { now, revision, record } = change;
    let followed: Followed;
    try {
      checkChange(change);
      if (!isHigher(revision, this._link.revision)) return;
      // The message of an own replacement may come before the answer.
      const own = this._reporter.takeSent(record);
      if (own) this._adoptOwn(own);
      followed = this._view.read(record, now);
    } catch (error) {
      return this._host.onGarbage(this, error);
    }
    if (followed.record.epoch < this._view.epoch) return;
    this._link.hear(revision);
    this._applyRules({ followed, tripped: undefined });
    this._host.onStatus();
  }

  onAnswer({ view, followed, overtaken, taken }: Answer): Change | undefined {
    this._view.onAnswer(view, this._clock.now());
    if (taken) this._adoptOwn(taken);
    this._host.onAnswer(this, undefined);
    let change: Change | undefined;
    if (!overtaken) {
      const closed = !followed || followed.record.state === 'closed';
      const counts = { ...view, members: this._view.members };
      const tripped = closed ? explainOpening(this._settings.tripper, counts, this._clock.now()) : undefined;
      // The opening that the retry was asked for is not wanted any more; the next one asks again.
      if (closed && tripped === undefined && !this._decisions.command) this._wait.clear();
      change = this._act({ followed, tripped });
    }
    this._host.onStatus();
    return change;
  }

  onFailure(error: unknown): void {
    // While it is alone, a watched breaker must go half-open on time.
    if (this._view.linked) this._steering.release(this.tally.left);
    this._view.onFailure(error);
    this._host.onFailure(this);
    this._host.onAnswer(this, error);
    this._host.onStatus();
  }

  /** The engine has taken a replacement of this member. */
  private _adoptOwn({ change, proposal, command, decisions }: Sent): void {
    const { epoch, state } = proposal.record;
    const fresh = epoch !== this._view.followed?.record.epoch;
    if (change !== 'restore') this._view.followed = this._view.toFollowed(proposal);
    this._steering.restart();
    if (change === 'lease') this._traffic.forgetProbes(this.tally);
    if (!fresh) return;
    this._decisions.taken(epoch, decisions, command);
    this._reporter.counter.clear(this.tally);
    if (state !== 'open') this._wait.clear();
  }

  private _follow(followed: Followed, fresh: boolean): void {
    this._view.followed = followed;
    this._steering.restart();
    if (!fresh) return;
    // What was counted, decided and asked for an older epoch is void.
    // A verdict beside a pending command came after it, and is of the epoch of that command.
    if (!this._decisions.command) this._decisions.voidVerdict();
    this._traffic.forgetProbes(this.tally);
    this._steering.endClosing();
    this._reporter.counter.clear(this.tally);
    this._wait.clear();
  }

  // Acting

  /** Applies the rules and asks for the change that they lead to. */
  private _applyRules(view?: View): void {
    if (this._left) return;
    const change = this._act(view);
    if (change) this._reporter.report(change);
  }

  /** Applies the rules and returns the change that they lead to. */
  private _act(view: View | undefined): Change | undefined {
    const { count } = this._decisions;
    const { patience } = this._settings;
    const { lifetime } = this._view;
    if (view?.tripped !== undefined) this._proposer.tripped = view.tripped;
    let change: Change | undefined;
    for (const action of applyRules(this._toLocal(), view, this._clock.now(), { lifetime, patience })) {
      if (action.do === 'write') change = action.change;
      else this._do(action);
      // A listener has used a command, which has applied the rules again.
      if (this._decisions.count !== count) return undefined;
    }
    return change;
  }

  private _toLocal(): Local {
    const { tally, _decisions: decisions, _steering: steering } = this;
    return {
      id: this._settings.id,
      linked: this._link.linked,
      state: this._breaker.state.name,
      followed: this._view.followed,
      own: decisions.verdict,
      command: decisions.command,
      closing: steering.closing,
      demand: this._traffic.hasDemand(tally, this._clock.now(), this._view.lifetime),
      probing: this._traffic.isProbing(tally),
      asked: steering.asked,
      due: steering.due,
      notifier: this._wait.notifier,
    };
  }

  private _do(action: Exclude<Action, { do: 'write' }>): void {
    const record = this._view.followed?.record;
    switch (action.do) {
      case 'drop command':
        return this._decisions.dropCommand();
      case 'follow':
        return this._follow(action.followed, action.fresh);
      case 'steer':
        return this._steering.steer(record, action.state, action.due);
      case 'ask':
        return this._steering.ask(record, action.due);
      case 'close':
        return this._steering.closeWithinSpread(() => this._view.followed?.record);
      case 'void':
        return this._decisions.voidVerdict();
      case 'wake':
        return this._wakeAt(action.at);
    }
  }

  private _wakeAt(at: number): void {
    this._wake?.unsubscribe();
    const delay = Math.max(0, at - this._clock.now());
    this._wake = scheduleUnref(this._settings.scheduler, delay, () => this._applyRules());
  }

  // For the reporter

  get tally(): Tally {
    return getTally(this._breaker);
  }

  get closed(): boolean {
    return this._breaker.state.name === 'closed' && this._view.state === 'closed';
  }

  get votes(): boolean {
    const open = this._breaker.state.name !== 'closed';
    return this._decisions.verdict === 'tripped' && open && this._view.state === 'closed';
  }

  onPeriod(): Change | undefined {
    return this._act(undefined);
  }

  prepare(change: Change): Sent | undefined {
    return this._proposer.prepare(change);
  }
}
