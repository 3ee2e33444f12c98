import { from, take, type ObservableInput, type Subscription } from 'rxjs';
import { reportError } from '../util/report-error.ts';
import { LONGEST_WAIT } from './record.ts';
import type { Local } from './rules.ts';

/**
 * The wait of an opening that a member proposes to its fleet. The retry is asked once for each, however often the engine
 * refuses the proposal; while a notifier decides, the member renews a wait of one lifetime.
 */
export class OpeningWait {
  /** Undefined if a number of ms decides. */
  notifier: Local['notifier'];
  private readonly _onNotified: () => void;
  private _wait: number | undefined;
  private _notified: Subscription | undefined;

  constructor(onNotified: () => void) {
    this._onNotified = onNotified;
  }

  /** Takes what is left of the breaker's own wait, undefined while its notifier is silent. */
  own(left: number | undefined, lifetime: number): number {
    this.notifier = left === undefined ? 'silent' : undefined;
    return left === undefined ? lifetime : toWait(left);
  }

  /** Asks the retry, or returns what it answered before. */
  ask(retry: () => number | ObservableInput<unknown>, lifetime: number): number {
    if (this._wait !== undefined) return this._wait;
    const answer = retry();
    if (typeof answer === 'number') return (this._wait = toWait(answer));
    this.notifier = 'silent';
    this._wait = lifetime;
    this._notified = from(answer)
      .pipe(take(1))
      .subscribe({
        next: () => this._end(),
        error: (error: unknown) => {
          reportError(error);
          this._end();
        },
      });
    return lifetime;
  }

  /** The epoch that the wait belonged to is over. */
  clear(): void {
    this._notified?.unsubscribe();
    this._notified = undefined;
    this._wait = undefined;
    this.notifier = undefined;
  }

  private _end(): void {
    this.notifier = 'emitted';
    this._onNotified();
  }
}

function toWait(ms: number): number {
  return Math.min(Math.ceil(ms), LONGEST_WAIT);
}
