import { asyncScheduler, Subscription, type Observable, type SchedulerLike } from 'rxjs';
import type { AdmittedCall, Call } from '../breaker/call.ts';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { CallNotPermittedError, isCallNotPermitted } from '../errors/call-not-permitted-error.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { wrongType } from '../util/check.ts';
import { reportError, tryOrReport } from '../util/report-error.ts';
import type { Shadow, ShadowCounts } from './shadow-types.ts';

/** Throws unless the options of one breaker are an object; what it holds is checked by the breaker that gets it. */
export function checkShadowOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw wrongType('shadow: options of one breaker', 'an object', options);
  }
}

/** Returns the scheduler of a breaker; without one RxJS's default. */
export function schedulerOf(breaker: CircuitBreaker | undefined): SchedulerLike {
  return breaker?._circuit.options.scheduler ?? asyncScheduler;
}

/** A state of the shadow, since when, and what led to it. */
interface Stay {
  readonly since: number;
  readonly state: State;
  readonly cause: unknown;
}

/** Follows the calls of one circuit. */
export class BreakerShadow implements Shadow {
  readonly name: string;
  private readonly _breaker: CircuitBreaker;
  private readonly _following = new Subscription();
  /** The states that a call may have met that has not ended yet, the last one last. */
  private _stays: Stay[] = [{ since: -Infinity, state: 'closed', cause: undefined }];
  private _longest = 0;
  private readonly _counts = { good: 0, met: 0, lost: 0, spared: 0, unknown: 0 };

  constructor(
    source: string,
    call$: Observable<CallEvent> | undefined,
    scheduler: SchedulerLike,
    options: CircuitBreakerOptions,
  ) {
    const name = options.name ?? `${source} (shadow)`;
    this._breaker = new CircuitBreaker({ ...options, name, scheduler: options.scheduler ?? scheduler });
    this.name = name;
    // Subscribed before any user, so that a listener of theirs finds the state remembered.
    this._breaker.signal$.subscribe({ next: (signal) => this._remember(signal), error: reportError });
    this._following.add(
      call$?.subscribe({
        next: (event) => this.follow(event),
        error: reportError,
        complete: () => this.dispose(),
      }),
    );
  }

  get state(): State {
    return this._breaker.state;
  }

  get signal$(): Observable<Signal> {
    return this._breaker.signal$;
  }

  get state$(): Observable<State> {
    return this._breaker.state$;
  }

  get call$(): Observable<CallEvent> {
    return this._breaker.call$;
  }

  get counts(): ShadowCounts {
    const { good, met, lost, spared, unknown } = this._counts;
    return Object.freeze({ asked: good + met + lost + spared + unknown, good, met, lost, spared, unknown });
  }

  info(): CircuitBreakerInfo {
    return this._breaker.info();
  }

  dispose(): void {
    this._following.unsubscribe();
    this._breaker.dispose();
  }

  /** Counts a call that has ended, and records it if the shadow would have let it through. */
  follow(event: CallEvent): void {
    tryOrReport(() => this._follow(event));
  }

  private _follow(event: CallEvent): void {
    const { type, timestamp, duration, error } = event;
    if (type === 'cancelled') return;
    if (type === 'rejected' || (type === 'ignored' && isCallNotPermitted(error))) {
      this._counts.unknown++;
      return;
    }
    const isBad = type !== 'success' && this._isFailure(type, error);
    if (duration > this._longest) this._longest = duration;
    const stay = this._stayAt(timestamp - duration);
    const isNow = stay === this._stays.at(-1);
    // A call that finds the wait over makes the circuit half-open, should its timer be late.
    const isDue = isNow && timestamp - duration >= (this._breaker._circuit.retryAt ?? Infinity);
    if (stay.state === 'open' && !isDue) return this._reject(isBad, stay, timestamp);
    if (!isNow) return this._admitStale(isBad, stay, event);
    const call = this._breaker._tryAdmit();
    if (call instanceof CallNotPermittedError) {
      this._counts[isBad ? 'spared' : 'lost']++;
      return;
    }
    this._admit(isBad);
    // It began when the real one did.
    (call as Call<unknown> & Pick<AdmittedCall<unknown>, 'startedAt'>).startedAt -= duration;
    if (type === 'success') call.complete();
    else if (isBad || type === 'failure') call.error(error);
    else if (error === undefined) call.unsubscribe();
    else call.error(error);
  }

  /** By its own tracker, whatever the real circuit made of it. A value that a classifier ignored stays ignored. */
  private _isFailure(type: CallEvent['type'], error: unknown): boolean {
    if (type === 'ignored' && error === undefined) return false;
    return this._breaker._circuit.options.tracker.test(error);
  }

  private _admit(isBad: boolean): void {
    this._counts[isBad ? 'met' : 'good']++;
  }

  /** It would have been let through before the last change of state, so it is recorded nowhere. */
  private _admitStale(isBad: boolean, { state }: Stay, { type, timestamp, duration, error }: CallEvent): void {
    this._admit(isBad);
    this._emit(() => {
      const outcome = isBad ? 'failure' : this._isSuccess(type, error) ? 'success' : 'ignored';
      const shown = outcome === 'success' ? undefined : error;
      return { name: this.name, type: outcome, state, timestamp, duration, error: shown, stale: true };
    });
  }

  private _isSuccess(type: CallEvent['type'], error: unknown): boolean {
    if (type === 'success') return true;
    return error !== undefined && this._breaker._circuit.toOutcome(error) === 'success';
  }

  private _reject(isBad: boolean, { state, cause }: Stay, timestamp: number): void {
    this._counts[isBad ? 'spared' : 'lost']++;
    this._breaker._circuit.rejected++;
    this._emit(() => {
      const { name } = this;
      const error = new CallNotPermittedError({ circuit: name, state, retryAfter: undefined, cause });
      return { name, type: 'rejected', state, timestamp, duration: 0, error, stale: false };
    });
  }

  /** Emits what the breaker does not, because it was not asked; in the order of its own. */
  private _emit(toEvent: () => CallEvent): void {
    const { streams } = this._breaker._circuit;
    if (!streams.watchesCalls) return;
    streams.call(Object.freeze(toEvent()));
    streams.flush();
  }

  /** The state at a moment, of which only the last is still open to records. */
  private _stayAt(time: number): Stay {
    for (let i = this._stays.length - 1; i > 0; i--) {
      const stay = this._stays[i]!;
      if (stay.since <= time) return stay;
    }
    return this._stays[0]!;
  }

  private _remember({ newState, timestamp, cause }: Signal): void {
    this._stays.push({ since: timestamp, state: newState, cause });
    const oldest = timestamp - this._longest;
    while (this._stays.length > 1 && this._stays[1]!.since <= oldest) this._stays.shift();
  }
}
