import type { Subscription } from 'rxjs';
import type { Tally } from '../breaker/membership.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import type { EngineLink } from './engine-link.ts';
import type { FleetSettings } from './fleet-options.ts';
import { IDLE_PERIODS, type MemberView } from './member-view.ts';
import { toReplacement, type Proposal } from './proposal.ts';
import { ReportCounter } from './report-counter.ts';
import type { Change, Command, Followed } from './rules.ts';
import type { FleetView, MemberReport } from './store.ts';

/** The longest back-off, in periods. */
const MAX_BACKOFF = 8;
/** How often a member asks at once again, should a store refuse what it ought to take. */
const MAX_ATTEMPTS = 10;

/** A replacement in flight, or without an answer. */
export interface Sent {
  readonly change: Change;
  readonly proposal: Proposal;
  /** The command and the count of decisions at that time. */
  readonly command: Command | undefined;
  readonly decisions: number;
}

/** An answer of the engine. */
export interface Answer {
  readonly view: FleetView;
  readonly followed: Followed | undefined;
  /** Whether a message has brought a later record meanwhile. */
  readonly overtaken: boolean;
  /** The replacement that the engine has taken. */
  readonly taken: Sent | undefined;
}

/** The member that a reporter reports for. */
export interface ReporterHost {
  readonly circuit: string;
  readonly tally: Tally;
  /** Whether the breaker has opened of its own accord in a closed fleet. */
  readonly votes: boolean;
  /** Whether breaker and fleet are closed. */
  readonly closed: boolean;
  prepare(change: Change): Sent | undefined;
  /** A period is over; returns the change to ask for. */
  onPeriod(): Change | undefined;
  /** Returns the change that the answer leads to. */
  onAnswer(answer: Answer): Change | undefined;
  onFailure(error: unknown): void;
}

/** Reports to the engine once a period and at each event, one report at a time. */
export class Reporter {
  readonly counter = new ReportCounter();
  private readonly _host: ReporterHost;
  private readonly _settings: FleetSettings;
  private readonly _link: EngineLink;
  private readonly _view: MemberView;
  private _sent: Sent | undefined;
  /** Whether to report again at once after the answer, and how often that was in a row. */
  private _again = false;
  private _attempts = 0;
  private _skipped = 0;
  /** How long the last report lasts, in ms. */
  private _lifetime = 0;
  private _waiting: (() => void)[] = [];
  private _next: Subscription | undefined;
  private _closed = false;

  constructor(host: ReporterHost, settings: FleetSettings, link: EngineLink, view: MemberView) {
    this._host = host;
    this._settings = settings;
    this._link = link;
    this._view = view;
  }

  /** Takes the replacement in flight if this is its text, because the engine has written it. */
  takeSent(text: string): Sent | undefined {
    const { _sent: sent } = this;
    if (sent?.proposal.text !== text) return undefined;
    this._sent = undefined;
    return sent;
  }

  /** Reports now, whatever the period; calls back when the engine has answered or is given up. */
  refresh(done: () => void): void {
    if (this._closed) return done();
    this._waiting.push(done);
    if (this._link.busy) this._again = true;
    else this.report();
  }

  /** Reports and asks for a change; if the engine is being asked, then again afterwards. */
  report(change?: Change): void {
    if (this._closed) return;
    if (this._link.busy) {
      this._again = true;
      return;
    }
    this._again = false;
    this._skipped = 0;
    this._next?.unsubscribe();
    const waiting = this._waiting;
    this._waiting = [];
    const sent = change && this._host.prepare(change);
    const replacement = sent && toReplacement(sent.proposal, this._link.revision);
    // One that had no answer may have been taken: the next answer shows it.
    if (sent) this._sent = sent;
    const report = this._toReport();
    this._link.ask({
      question: () => this._settings.store.sync(this._host.circuit, report, replacement),
      read: (view) => this._view.readAnswer(view),
      onAnswer: (view, followed, overtaken) => {
        this._onAnswer(view, followed, overtaken);
        for (const done of waiting) done();
      },
      onFailure: (error) => {
        this._onFailure(error);
        for (const done of waiting) done();
      },
    });
  }

  close(): void {
    this._closed = true;
    this._link.close();
    this._next?.unsubscribe();
    const waiting = this._waiting;
    this._waiting = [];
    for (const done of waiting) done();
  }

  private _onAnswer(view: FleetView, followed: Followed | undefined, overtaken: boolean): void {
    this.counter.confirm();
    const taken = view.record === this._sent?.proposal.text ? this._sent : undefined;
    this._sent = undefined;
    const change = this._host.onAnswer({ view, followed, overtaken, taken });
    if (this._closed || this._link.busy) return;
    // What a later message has changed is asked again.
    const again = overtaken || this._again || change !== undefined;
    if (again && ++this._attempts < MAX_ATTEMPTS) return this.report(change);
    this._attempts = 0;
    this._scheduleNext();
  }

  private _onFailure(error: unknown): void {
    this.counter.fail();
    this._attempts = 0;
    this._host.onFailure(error);
    if (this._closed || this._link.busy) return;
    this._schedule(this._view.period * Math.min(MAX_BACKOFF, 2 ** (this._link.failures - 1)));
  }

  /** The next report comes while the last one lasts, also if the fleet turns out to be larger than was known. */
  private _scheduleNext(): void {
    const { period } = this._view;
    const gap = period * (this._isIdle ? IDLE_PERIODS : 1);
    if (this._lifetime < 2 * gap) this._skipped = IDLE_PERIODS;
    this._schedule(Math.min(period, this._lifetime / 3));
  }

  private _schedule(period: number): void {
    const { scheduler, random } = this._settings;
    this._next?.unsubscribe();
    this._next = scheduleUnref(scheduler, period * (0.9 + 0.2 * random()), () => this._onPeriod());
  }

  private _onPeriod(): void {
    const change = this._host.onPeriod();
    if (this._closed || this._link.busy) return;
    if (!change && this._isIdle && ++this._skipped < IDLE_PERIODS) this._schedule(this._view.period);
    else this.report(change);
  }

  private get _isIdle(): boolean {
    const { closed, tally } = this._host;
    return this._link.linked && closed && !this.counter.pending(tally);
  }

  private _toReport(): MemberReport {
    const { _host: host, _link: link, _settings: settings, _view: view } = this;
    const idle = this._isIdle;
    // A circuit that has just become idle reports once more, so that its membership lasts until the next report.
    if (!idle) this._skipped = IDLE_PERIODS;
    this._lifetime = view.lifetime * (idle ? IDLE_PERIODS : 1);
    return {
      id: settings.id,
      epoch: view.epoch,
      open: host.votes,
      ...this.counter.take(host.tally),
      deadline: link.toDeadline(settings.patience),
      lifetime: this._lifetime,
      window: settings.window,
    };
  }
}
