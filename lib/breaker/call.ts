import { TimeoutError, type Observer, type Unsubscribable } from 'rxjs';
import type { Classifier, Outcome } from '../types/outcome.ts';
import { wrongType } from '../util/check.ts';
import { tryOrReport } from '../util/report-error.ts';
import type { Circuit } from './circuit.ts';
import type { BreakerState, Settlement, StateCall } from './states/breaker-state.ts';

/**
 * An admitted call, to which its caller reports: the first settling report counts, every later one is ignored.
 *
 * `complete` is a success, `error` is judged by the tracker, `next` by the classifier; `unsubscribe` cancels the call, or
 * is a success if a value came and there is no classifier. A call without a report stays in flight; a probe then fails by
 * `probeTimeout`.
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
  /** The call failed; the tracker decides whether that is a failure of the dependency. */
  error: (error: unknown) => void;
  /** The call came to its end: a success. */
  complete: () => void;
  /** The caller gives up: cancelled, or a success if a value came and there is no classifier. */
  unsubscribe(): void;
}

const OUTCOMES: readonly unknown[] = ['success', 'failure', 'ignored', undefined];

/** A call that settles once, in the state that admitted it. */
export class AdmittedCall<T> implements Call<T>, StateCall {
  state: BreakerState;
  startedAt = 0;
  settled = true;
  protected readonly _circuit: Circuit;
  private readonly _classify: Classifier<T> | undefined;
  private _hasValue = false;
  /** Whether it takes no more reports. */
  protected _ended = false;

  constructor(circuit: Circuit, classify: Classifier<T> | undefined) {
    this._circuit = circuit;
    // Until it is admitted.
    this.state = circuit.state;
    this._classify = classify;
  }

  next(value: T): void {
    if (this._ended) return;
    this._hasValue = true;
    if (this._classify && !this.settled && this._circuit.judges(this.state)) this._judge(this._classify, value);
  }

  error(error: unknown): void {
    if (this._ended) return;
    this._ended = true;
    if (!this.settled) this._settle(this._toOutcome(error), error);
  }

  complete(): void {
    if (this._ended) return;
    this._ended = true;
    this._settle('success', undefined);
  }

  unsubscribe(): void {
    if (this.settled) return;
    // Together, before any call: should the stack be full, a settled call must not keep its place.
    this.settled = true;
    this.state.inFlight--;
    // A caller that took the first value had what it wanted; without one nothing is known of the dependency.
    const settlement = this._hasValue && !this._classify ? 'success' : 'cancelled';
    tryOrReport(() => this._circuit.settle(this, settlement, undefined));
  }

  /** Makes the call a failure; its source goes on. */
  timeOut(): void {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way to the error that users know
    tryOrReport(() => this._settle('failure', new TimeoutError()));
  }

  private _judge(classify: Classifier<T>, value: T): void {
    let outcome: Outcome | undefined;
    try {
      outcome = classify(value);
      if (!OUTCOMES.includes(outcome)) {
        throw wrongType('classify: what it returns', "'success', 'failure', 'ignored' or undefined", outcome);
      }
    } catch (failure) {
      this._giveUp(failure);
    }
    if (outcome) this._settle(outcome, outcome === 'failure' ? value : undefined);
  }

  private _toOutcome(error: unknown): Outcome {
    if (!this._circuit.judges(this.state)) return 'ignored';
    try {
      return this._circuit.toOutcome(error);
    } catch (failure) {
      this._giveUp(failure);
    }
  }

  /** User code has thrown, so nothing is known of the dependency. */
  private _giveUp(failure: unknown): never {
    this._settle('cancelled', undefined);
    throw failure;
  }

  private _settle(settlement: Settlement, error: unknown): void {
    if (this.settled) return;
    this.settled = true;
    this.state.inFlight--;
    this._circuit.settle(this, settlement, error);
  }
}
