import {
  Subscription,
  TimeoutError,
  type Observer,
  type SchedulerLike,
  type Subscriber,
  type Unsubscribable,
} from 'rxjs';
import type { Classifier, Outcome } from '../types/outcome.ts';
import { wrongType } from '../util/check.ts';
import { tryOrReport } from '../util/report-error.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import type { Epoch } from './epoch.ts';

/**
 * An admitted call, to be told what happens: the first settling report counts, every later one is ignored.
 *
 * `complete` is a success, `error` is what the tracker says, `next` is for the classifier; `unsubscribe` gives up:
 * cancelled, or a success if a value came and there is no classifier. A call that is told nothing stays in flight; a
 * probe then fails by `probeTimeout`.
 *
 * `next`, `error` and `complete` throw what a classifier, tracker, tripper, recovery or window of the user throws;
 * `unsubscribe` never throws.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker();
 * const call = breaker.admit<string>();
 * call.error(new Error('down'));
 * call.complete(); // too late
 * console.log(breaker.info().metric.failureCount); // => 1
 * ```
 *
 * @see {@link CircuitBreaker.admit}
 */
export interface Call<T> extends Observer<T>, Unsubscribable {
  /** A value came; the classifier judges it. */
  next: (value: T) => void;
  /** The call failed; the tracker says whether that is a failure of the dependency. */
  error: (error: unknown) => void;
  /** The call came to its end: a success. */
  complete: () => void;
  /** The caller gives up: cancelled, or a success if a value came and there is no classifier. */
  unsubscribe(): void;
}

const OUTCOMES: readonly unknown[] = ['success', 'failure', 'ignored', undefined];

/** How a call can end. */
export type Settlement = Outcome | 'cancelled';

/** What a call asks and tells its breaker. */
export interface CallOwner {
  /** Whether anybody wants to know how the calls of this epoch end. */
  judges(epoch: Epoch): boolean;
  outcomeOf(error: unknown): Outcome;
  settle(epoch: Epoch, startedAt: number, settlement: Settlement, error: unknown): void;
}

/**
 * An admitted call, which passes on to the subscriber that it is made for what its source tells it.
 *
 * RxJS subscribes an observer that is a Subscription as it is, so that a synchronous source sees at once that nobody
 * listens any more. `tap` would do the same with two objects more for each call.
 */
export class AdmittedCall<T> extends Subscription implements Call<T> {
  readonly #owner: CallOwner;
  readonly #epoch: Epoch;
  /** In counted time. */
  readonly #startedAt: number;
  readonly #classify: Classifier<T> | undefined;
  /** Undefined for what is not an Observable: then errors in user code are thrown at who reports. */
  readonly #destination: Subscriber<T> | undefined;
  #timer: Subscription | undefined;
  #settled = false;
  #hasValue = false;
  /** Before it is closed: while the breaker tells of the end of a call, its source has no more to say. */
  #ended = false;

  constructor(
    owner: CallOwner,
    epoch: Epoch,
    startedAt: number,
    classify: Classifier<T> | undefined,
    destination: Subscriber<T> | undefined,
  ) {
    super();
    this.#owner = owner;
    this.#epoch = epoch;
    this.#startedAt = startedAt;
    this.#classify = classify;
    this.#destination = destination;
  }

  next(value: T): void {
    if (this.#ended) return;
    this.#hasValue = true;
    if (this.#classify && !this.#settled && this.#owner.judges(this.#epoch)) {
      try {
        this.#classified(this.#classify, value);
      } catch (failure) {
        return this.#fail(failure);
      }
    }
    this.#destination?.next(value);
  }

  error(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#settle(this.#outcomeOf(error), error);
    } catch (failure) {
      return this.#fail(failure);
    }
    this.#destination?.error(error);
    this.unsubscribe();
  }

  complete(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#settle('success', undefined);
    } catch (failure) {
      return this.#fail(failure);
    }
    this.#destination?.complete();
    this.unsubscribe();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    this.#ended = true;
    // Before the source is torn down, so that whatever its teardown does meets a settled call. Whoever took the first
    // value had what it wanted; without one nothing is known of the dependency.
    if (!this.#settled) this.#settleUnheard(this.#hasValue && !this.#classify ? 'success' : 'cancelled', undefined);
    super.unsubscribe();
  }

  /** Makes the call a failure if it has not settled after `delay` ms. */
  limit(scheduler: SchedulerLike, delay: number): Subscription {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way to the error that users know
    return (this.#timer = scheduleUnref(scheduler, delay, () => this.#settleUnheard('failure', new TimeoutError())));
  }

  #classified(classify: Classifier<T>, value: T): void {
    const outcome = this.#ask(() => {
      const answer = classify(value);
      if (OUTCOMES.includes(answer)) return answer;
      throw wrongType('classify: what it returns', "'success', 'failure', 'ignored' or undefined", answer);
    });
    if (outcome) this.#settle(outcome, outcome === 'failure' ? value : undefined);
  }

  #outcomeOf(error: unknown): Outcome {
    if (this.#settled || !this.#owner.judges(this.#epoch)) return 'ignored';
    return this.#ask(() => this.#owner.outcomeOf(error));
  }

  /** Asks the user's function; if it fails, nothing is known of the dependency either. */
  #ask<Answer>(question: () => Answer): Answer {
    try {
      return question();
    } catch (failure) {
      this.#settle('cancelled', undefined);
      throw failure;
    }
  }

  /** Tells of an error in user code in place of what the source has told. */
  #fail(failure: unknown): void {
    if (!this.#destination) throw failure;
    this.#destination.error(failure);
    this.unsubscribe();
  }

  /** Nobody is there to be told of an error in user code, so it is reported. */
  #settleUnheard(settlement: Settlement, error: unknown): void {
    tryOrReport(() => this.#settle(settlement, error));
  }

  #settle(settlement: Settlement, error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    const timer = this.#timer;
    if (timer) tryOrReport(() => timer.unsubscribe());
    this.#owner.settle(this.#epoch, this.#startedAt, settlement, error);
  }
}
