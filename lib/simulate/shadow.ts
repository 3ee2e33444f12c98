import { asyncScheduler, Subject, Subscription, type Observable, type SchedulerLike } from 'rxjs';
import type { AdmittedCall, Call } from '../breaker/call.ts';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { CallNotPermittedError, isCallNotPermitted } from '../errors/call-not-permitted-error.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { wrongType } from '../util/check.ts';
import { reportError, tryOrReport } from '../util/report-error.ts';

/**
 * What a shadow has counted since it was made: `asked` is the sum of the others.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { shadow, type ShadowCounts } from 'rxjs-fluxgate/simulate';
 *
 * const counts: ShadowCounts = shadow(new CircuitBreaker(), {}).counts;
 * console.log(counts.asked); // => 0
 * ```
 *
 * @see {@link shadow}
 */
export interface ShadowCounts {
  /** How many calls callers wanted. */
  readonly asked: number;
  /** Good calls that the shadow would have let through. */
  readonly good: number;
  /** Bad calls that it would have let through. */
  readonly met: number;
  /** Good calls that it would have rejected. */
  readonly lost: number;
  /** Bad calls that it would have rejected. */
  readonly spared: number;
  /** Calls that the real circuit rejected, so that it is not known how they would have ended. */
  readonly unknown: number;
}

/**
 * Another configuration that follows the calls of a breaker, and touches none.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, failureStreak } from 'rxjs-fluxgate';
 * import { shadow, type Shadow } from 'rxjs-fluxgate/simulate';
 *
 * const stricter: Shadow = shadow(new CircuitBreaker({ name: 'payments' }), { tripper: failureStreak(3) });
 * console.log(stricter.name, stricter.state); // => payments (shadow) closed
 * ```
 *
 * @see {@link shadow}
 */
export interface Shadow {
  /** `options.name`, else the name of its source and ` (shadow)`. */
  readonly name: string;
  /** The state in which the circuit would be. */
  readonly state: State;
  /** The same as of a breaker. */
  info(): CircuitBreakerInfo;
  /** Every state change from now on, in order. */
  readonly signal$: Observable<Signal>;
  /** The state now and every new one. */
  readonly state$: Observable<State>;
  /** What it has counted so far. */
  readonly counts: ShadowCounts;
  /** Ends it, and completes its streams. */
  dispose(): void;
}

/**
 * A shadow for each circuit of a registry, made at its first call.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { shadow, type ShadowRegistry } from 'rxjs-fluxgate/simulate';
 *
 * const registry = new CircuitBreakerRegistry();
 * const shadows: ShadowRegistry = shadow(registry, {});
 * registry.get('stock').admit().complete();
 * console.log([...shadows].map(({ name }) => name)); // => [ 'stock (shadow)' ]
 * ```
 *
 * @see {@link shadow}
 */
export interface ShadowRegistry extends Iterable<Shadow> {
  /** The shadow of the circuit with a name; undefined before its first call. */
  get(name: string): Shadow | undefined;
  /** The state changes of all its shadows. */
  readonly signal$: Observable<Signal>;
  /** The counts of all its shadows together. */
  readonly counts: ShadowCounts;
  /** Ends all, and completes their streams. */
  dispose(): void;
}

/**
 * Lets another configuration follow the real calls of a breaker or a registry: it has a state, signals and an `info()`, and
 * counts what it would have rejected. It affects no call.
 *
 * *Details.* Each call counts when it ends, with its true duration, judged by the shadow's own tracker. Whether it would have
 * been rejected goes by the state of the shadow when the call began. What it would have let through before a change of its
 * state is not recorded, as any stale call. Its scheduler is that of its source unless its options name one. It ends with its
 * source.
 *
 * *Gotchas.* What the real circuit rejects is unknown: shadow a stricter configuration, or set the real circuit to
 * `metricsOnly()`. Calls arrive ended, so half-open the permit is asked in the order of ends, and `maxProbes` and
 * `probeTimeout` cannot bind.
 *
 * @param source the breaker whose calls it follows, or the registry
 * @param options the configuration to try; for a registry it may depend on the name of the circuit
 * @throws TypeError or RangeError if `source` is neither, or for options that are wrong
 * @example
 * ```ts
 * import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 * import { shadow } from 'rxjs-fluxgate/simulate';
 * import { throwError } from 'rxjs';
 *
 * const payments = new CircuitBreaker({ name: 'payments', tripper: failureStreak(20) });
 * const stricter = shadow(payments, { tripper: failureStreak(2) });
 * stricter.signal$.subscribe(({ name, newState, detail }) => console.log(name, newState, detail));
 *
 * const down$ = throwError(() => new Error('503')).pipe(circuitBreaker(payments));
 * for (let i = 0; i < 5; i++) down$.subscribe({ error: () => undefined });
 * // => payments (shadow) open failureStreak(2): 2 failures in a row
 * console.log(payments.state, stricter.counts.met, stricter.counts.spared); // => closed 2 3
 * ```
 *
 * @see {@link simulate}, which asks the same of recorded calls
 */
export function shadow(source: CircuitBreaker, options: CircuitBreakerOptions): Shadow;
export function shadow(
  source: CircuitBreakerRegistry,
  options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions),
): ShadowRegistry;
export function shadow(
  source: CircuitBreaker | CircuitBreakerRegistry,
  options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions),
): Shadow | ShadowRegistry {
  const given: unknown = source;
  if (typeof given !== 'object' || given === null || !('call$' in given)) {
    throw wrongType('shadow: source', 'a CircuitBreaker or a CircuitBreakerRegistry', source);
  }
  if (Symbol.iterator in source) return new RegistryShadow(source, options);
  if (typeof options === 'function') throw wrongType('shadow: options of one breaker', 'an object', options);
  return new BreakerShadow(source.name, source.call$, schedulerOf(source), options);
}

function schedulerOf(breaker: CircuitBreaker | undefined): SchedulerLike {
  return breaker?._circuit.options.scheduler ?? asyncScheduler;
}

/** A state of the shadow, and since when. */
interface Stay {
  readonly since: number;
  readonly state: State;
}

class BreakerShadow implements Shadow {
  readonly name: string;
  private readonly _breaker: CircuitBreaker;
  private readonly _following = new Subscription();
  /** The states that a call may have met that has not ended yet, the last one last. */
  private _stays: Stay[] = [{ since: -Infinity, state: 'closed' }];
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

  private _follow({ type, timestamp, duration, error }: CallEvent): void {
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
    if (stay.state === 'open' && !isDue) return this._reject(isBad);
    if (!isNow) return this._admit(isBad);
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

  private _reject(isBad: boolean): void {
    this._counts[isBad ? 'spared' : 'lost']++;
    this._breaker._circuit.rejected++;
  }

  /** The state at a moment, of which only the last is still open to records. */
  private _stayAt(time: number): Stay {
    for (let i = this._stays.length - 1; i > 0; i--) {
      const stay = this._stays[i]!;
      if (stay.since <= time) return stay;
    }
    return this._stays[0]!;
  }

  private _remember({ newState, timestamp }: Signal): void {
    this._stays.push({ since: timestamp, state: newState });
    const oldest = timestamp - this._longest;
    while (this._stays.length > 1 && this._stays[1]!.since <= oldest) this._stays.shift();
  }
}

class RegistryShadow implements ShadowRegistry {
  private readonly _shadows = new Map<string, BreakerShadow>();
  private readonly _signals = new Subject<Signal>();
  private readonly _following: Subscription;
  private readonly _source: CircuitBreakerRegistry;
  private readonly _options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions);
  readonly signal$ = this._signals.asObservable();

  constructor(
    source: CircuitBreakerRegistry,
    options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions),
  ) {
    this._source = source;
    this._options = options;
    // Throws here for options that are wrong, not at the first call.
    if (typeof options !== 'function') new CircuitBreaker(options).dispose();
    this._following = source.call$.subscribe({
      next: (event) => tryOrReport(() => this._shadowOf(event.name).follow(event)),
      error: reportError,
      complete: () => this.dispose(),
    });
  }

  get(name: string): Shadow | undefined {
    return this._shadows.get(name);
  }

  get counts(): ShadowCounts {
    const sum = { asked: 0, good: 0, met: 0, lost: 0, spared: 0, unknown: 0 };
    for (const { counts } of this._shadows.values()) {
      for (const name of Object.keys(sum) as (keyof ShadowCounts)[]) sum[name] += counts[name];
    }
    return Object.freeze(sum);
  }

  [Symbol.iterator](): Iterator<Shadow> {
    return this._shadows.values();
  }

  dispose(): void {
    this._following.unsubscribe();
    for (const one of this._shadows.values()) one.dispose();
    this._signals.complete();
  }

  private _shadowOf(name: string): BreakerShadow {
    const known = this._shadows.get(name);
    if (known) return known;
    const options = typeof this._options === 'function' ? this._options(name) : this._options;
    const [any] = this._source;
    const made = new BreakerShadow(name, undefined, schedulerOf(any), options);
    made.signal$.subscribe({ next: (signal) => this._signals.next(signal), error: reportError });
    this._shadows.set(name, made);
    return made;
  }
}
