import { from, Subscription, take, type Observable } from 'rxjs';
import type { Retry } from '../components/retries/retry.ts';
import type { Opening } from '../types/opening.ts';
import { wrongType } from '../util/check.ts';
import { reportError, tryOrReport } from '../util/report-error.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import type { Parts } from './parts.ts';

/** The wait in ms where the user's retry gives none: it throws, returns nonsense, or its notifier errors. */
const FALLBACK_WAIT = 60_000;

/** The answer of a retry: whole ms, or a notifier. */
export type Wait = number | Observable<unknown>;

/** What an open circuit waits for: a moment, a notifier, or nothing at all. */
export class OpenTimer {
  private _dueAt: number;
  private readonly _notifier: Observable<unknown> | undefined;
  private readonly _parts: Parts;
  /** Called with whether a notifier has decided. */
  private readonly _onDue: (notified: boolean) => void;
  private readonly _subscription = new Subscription();
  private _alarm: Subscription | undefined = undefined;
  /** Whether the circuit is watched, so that it must be due by itself and not only when a call asks. */
  private _watched = false;

  /** `openedAt` is in counted time. */
  constructor(parts: Parts, wait: Wait, openedAt: number, onDue: (notified: boolean) => void) {
    this._dueAt = typeof wait === 'number' ? openedAt + wait : Infinity;
    this._notifier = typeof wait === 'number' ? undefined : wait;
    this._parts = parts;
    this._onDue = onDue;
  }

  /** In counted time; `Infinity` if never, or until a notifier emits. */
  get dueAt(): number {
    return this._dueAt;
  }

  /** Subscribes to the notifier, which may emit at once. */
  start(watched: boolean): void {
    this._watched = watched;
    const error = (failure: unknown): void => {
      reportError(failure);
      this._startFallback();
    };
    this._subscription.add(this._notifier?.pipe(take(1)).subscribe({ next: () => this._wake(true), error }));
    this._schedule();
  }

  /** Whether a notifier has still to decide, as long as the wait was not changed. */
  get isSilent(): boolean {
    return this._notifier !== undefined && this._dueAt === Infinity;
  }

  /** Makes the circuit due in `wait` ms from now. */
  postpone(wait: number): void {
    this._dueAt = this._parts.clock.now() + wait;
    this._clearAlarm();
    this._schedule();
  }

  /** From now on the circuit is watched, or is no longer. */
  watch(watched: boolean): void {
    this._watched = watched;
    if (watched) this._schedule();
    else this._clearAlarm();
  }

  dispose(): void {
    this._watched = false;
    this._subscription.unsubscribe();
    this._clearAlarm();
  }

  /** If the scheduler fails, a call still finds the timer due. */
  private _schedule(): void {
    if (this._alarm || !this._watched || this._dueAt === Infinity) return;
    const { clock, options } = this._parts;
    const wait = Math.max(0, this._dueAt - clock.now());
    this._keep(scheduleUnref(options.scheduler, wait, () => this._wake(false)));
  }

  /** Keeps an alarm, unless the scheduler has run code that left the state or the circuit unwatched. */
  private _keep(alarm: Subscription): void {
    if (this._watched && !this._alarm) this._alarm = alarm;
    else alarm.unsubscribe();
  }

  private _clearAlarm(): void {
    this._alarm?.unsubscribe();
    this._alarm = undefined;
  }

  /** A health check that fails must neither open the gates at once nor hold the circuit open for good. */
  private _startFallback(): void {
    this._dueAt = this._parts.clock.now() + FALLBACK_WAIT;
    this._schedule();
  }

  private _wake(notified: boolean): void {
    // Whatever the clock shows; and should the wake-up fail, the next call is another attempt.
    this._dueAt = -Infinity;
    this._onDue(notified);
    // A fleet has vetoed the wake-up: the circuit is still open, and due since now.
    if (this._dueAt === -Infinity) tryOrReport(() => (this._dueAt = this._parts.clock.now()));
  }
}

/** Calls the user's retry; returns whole ms or a notifier. */
export function askRetry(retry: Retry, opening: Opening): Wait {
  try {
    const answer = retry(opening);
    // A string would be a notifier of its letters.
    if (typeof answer === 'string') throw wrongType('retry: what it returns', 'a number of ms or a notifier', answer);
    if (typeof answer !== 'number') return from(answer);
    if (answer >= 0) return Math.ceil(answer);
    throw new RangeError(`retry: the ms that it returns must be at least 0, got ${String(answer)}`);
  } catch (failure) {
    reportError(failure);
    return FALLBACK_WAIT;
  }
}
