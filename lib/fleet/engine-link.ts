import { from, Subscription, take, type ObservableInput, type SchedulerLike } from 'rxjs';
import type { Clock } from '../breaker/clock.ts';
import { wrongType } from '../util/check.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import { checkInteger, checkText } from './record.ts';
import type { FleetView, RecordChange } from './store.ts';

export interface LinkOptions {
  readonly patience: number;
  readonly scheduler: SchedulerLike;
  readonly clock: Clock;
}

/** A question to the engine. */
export interface Question<T> {
  readonly question: () => ObservableInput<FleetView>;
  /** Reads what is in the view; if it throws, there is no answer. */
  readonly read: (view: FleetView) => T;
  /** `overtaken`: a message has brought a later record meanwhile. */
  readonly onAnswer: (view: FleetView, content: T, overtaken: boolean) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Asks the engine one question at a time, and estimates its clock from the replies. */
export class EngineLink {
  /** Whether the last question was answered. */
  linked = false;
  /** Questions in a row without an answer. */
  failures = 0;
  private _revision = '0';
  /** Whether a message has come since the engine was asked. */
  private _heard = false;
  private readonly _options: LinkOptions;
  /** The engine's time less the member's, in ms. */
  private _offset: number | undefined;
  private _pending: Subscription | undefined;

  constructor(options: LinkOptions) {
    this._options = options;
  }

  /** Of the last answer, or of a later message. */
  get revision(): string {
    return this._revision;
  }

  /** A message has brought a later revision. */
  hear(revision: string): void {
    this._revision = revision;
    this._heard = true;
  }

  get busy(): boolean {
    return this._pending !== undefined;
  }

  /** Whether the engine has ever answered. */
  get hasClock(): boolean {
    return this._offset !== undefined;
  }

  /** Asks, and calls back once. */
  ask<T>({ question, read, onAnswer, onFailure }: Question<T>): void {
    const { patience, scheduler, clock } = this._options;
    const askedAt = clock.now();
    const pending = new Subscription();
    this._pending = pending;
    this._heard = false;
    const end = (): boolean => {
      if (this._pending !== pending) return false;
      this._pending = undefined;
      pending.unsubscribe();
      return true;
    };
    const fail = (error: unknown): void => {
      if (!end()) return;
      this.linked = false;
      this.failures++;
      onFailure(error);
    };
    const late = (): void => fail(new Error(`no answer within ${String(patience)} ms`));
    const succeed = (view: FleetView): void => {
      const now = clock.now();
      // A process that was frozen runs its timers late.
      if (now - askedAt > patience) return late();
      let content: T;
      try {
        checkView(view);
        this._offset = view.now - (askedAt + now) / 2;
        content = read(view);
      } catch (error) {
        return fail(error);
      }
      if (!end()) return;
      this.linked = true;
      this.failures = 0;
      const overtaken = this._heard && isHigher(this._revision, view.revision);
      if (!overtaken) this._revision = view.revision;
      onAnswer(view, content, overtaken);
    };
    pending.add(scheduleUnref(scheduler, patience, late));
    try {
      const complete = (): void => fail(new Error('the store completed without a view'));
      pending.add(from(question()).pipe(take(1)).subscribe({ next: succeed, error: fail, complete }));
    } catch (error) {
      fail(error);
    }
  }

  /** A moment of the engine in the member's time. */
  toLocal(engineTime: number): number {
    return engineTime - (this._offset ?? 0);
  }

  /** A moment of the member in the engine's time, a whole number. */
  toEngine(localTime: number): number {
    return Math.max(0, Math.round(localTime + (this._offset ?? 0)));
  }

  /** The engine's time in `patience` ms; undefined before the first answer. */
  toDeadline(patience: number): number | undefined {
    return this.hasClock ? this.toEngine(this._options.clock.now() + patience) : undefined;
  }

  close(): void {
    this._pending?.unsubscribe();
    this._pending = undefined;
  }
}

/** A store may be anyone's code, and the engine may hold anything. */
function checkView(view: FleetView): void {
  const { now, revision, record, members, open, successes, failures, replaced } = view;
  checkInteger('view: now', now);
  checkRevision('view: revision', revision);
  if (record !== undefined) checkText('view: record', record, 1_024);
  checkInteger('view: members', members);
  checkInteger('view: open', open);
  checkInteger('view: successes', successes);
  checkInteger('view: failures', failures);
  if (typeof replaced !== 'boolean') throw new TypeError('view: replaced must be a boolean');
}

/** Throws a TypeError or RangeError unless a message has the form of one; its record is not parsed. */
export function checkChange({ now, revision, record }: RecordChange): void {
  checkInteger('message: now', now);
  checkRevision('message: revision', revision);
  checkText('message: record', record, 1_024);
}

function checkRevision(what: string, value: unknown): void {
  if (typeof value !== 'string' || !/^\d{1,30}$/.test(value)) throw wrongType(what, 'a decimal number as text', value);
}

/** Whether a revision, a decimal number of any length, is higher than another. */
export function isHigher(one: string, other: string): boolean {
  return one.length === other.length ? one > other : one.length > other.length;
}
