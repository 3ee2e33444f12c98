import { from, Subscription, take, type Observable, type SchedulerLike } from 'rxjs';
import type { Retry } from '../components/retries/retry.ts';
import type { Opening } from '../types/opening.ts';
import { wrongType } from '../util/check.ts';
import { reportError } from '../util/report-error.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';

/** The wait in ms when the user's retry gives none that can be used. */
const FALLBACK_WAIT = 60_000;

/** What an open circuit waits for: a moment, a notifier, or nothing at all. */
export class PendingRetry {
  #dueAt: number;
  readonly #notifier: Observable<unknown> | undefined;
  readonly #scheduler: SchedulerLike;
  readonly #onDue: () => void;
  /** The notifier and the alarm. */
  readonly #tasks = new Subscription();
  #alarm: Subscription | undefined;

  /** Asks the retry, which happens once for each opening. */
  constructor(retry: Retry, opening: Opening, openedAt: number, onDue: () => void) {
    const answer = ask(retry, opening);
    this.#dueAt = typeof answer === 'number' ? openedAt + answer : Infinity;
    this.#notifier = typeof answer === 'number' ? undefined : answer;
    this.#scheduler = opening.scheduler;
    this.#onDue = onDue;
  }

  /** In counted time; `Infinity` if never, or as long as a notifier has not spoken. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Listens to the notifier, which may speak at once. */
  listen(): void {
    const due = (): void => this.#wake();
    const error = (failure: unknown): void => {
      // A broken health check must not hold the circuit open.
      reportError(failure);
      due();
    };
    this.#tasks.add(this.#notifier?.pipe(take(1)).subscribe({ next: due, error }));
  }

  /** Is due by itself from now on, not only when somebody asks; if the scheduler fails, a call still finds it due. */
  setAlarm(now: number): void {
    if (this.#alarm) return;
    this.#alarm = scheduleUnref(this.#scheduler, Math.max(0, this.#dueAt - now), () => this.#wake());
    this.#tasks.add(this.#alarm);
  }

  clearAlarm(): void {
    this.#alarm?.unsubscribe();
    this.#alarm = undefined;
  }

  end(): void {
    this.#tasks.unsubscribe();
  }

  #wake(): void {
    // Whatever the clock says; and should the wake-up fail, the next call is a new attempt.
    this.#dueAt = -Infinity;
    this.#onDue();
  }
}

function ask(retry: Retry, opening: Opening): number | Observable<unknown> {
  try {
    const answer = retry(opening);
    // A string would be a notifier of its letters.
    if (typeof answer === 'string') throw wrongType('retry: what it answers', 'a number of ms or a notifier', answer);
    if (typeof answer !== 'number') return from(answer);
    if (answer >= 0) return answer;
    throw new RangeError(`retry: the ms that it answers must be at least 0, got ${String(answer)}`);
  } catch (failure) {
    reportError(failure);
    return FALLBACK_WAIT;
  }
}
