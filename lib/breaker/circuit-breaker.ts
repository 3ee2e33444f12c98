import { map, Observable, type Subscriber } from 'rxjs';
import { CallNotPermittedError } from '../errors/call-not-permitted-error.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Classifier } from '../types/outcome.ts';
import type { Crossing } from '../types/crossing.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { checkFunction } from '../util/check.ts';
import { Announcer } from './announcer.ts';
import { ADMIT } from './admitting.ts';
import { AdmittedCall, type Call } from './call.ts';
import { resolveOptions, type CircuitBreakerOptions } from './options.ts';
import { ReportedCall } from './reported-call.ts';
import { StateMachine } from './state-machine.ts';
import { IN_USE } from './in-use.ts';
import { makeWindow } from './make-window.ts';

/**
 * The state of one dependency, shared by every pipe that it is given to: it counts how calls end, opens when its tripper
 * says so, and then lets probes through until its recovery closes it again.
 *
 * *Details.* Calls are admitted and rejected when they are subscribed. All time is the scheduler's. While `signal$` or
 * `state$` is subscribed an open circuit goes half-open on time, otherwise at the next call, unless its retry is a
 * notifier; unwatched, a wait in ms holds no timer, and no timer keeps a Node process alive.
 *
 * *Gotchas.* A source that hangs is only seen as failing if it has a `timeout` before the breaker. One that never ends
 * needs a classifier, such as {@link firstValue}, or its call never settles.
 *
 * @throws TypeError or RangeError for an option that is wrong, unknown, or cannot work with the others
 * @example
 * ```ts
 * import { of, throwError } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 *
 * const stock = new CircuitBreaker({ name: 'stock', tripper: failureStreak(2) });
 * stock.signal$.subscribe(({ oldState, newState, detail }) => console.log(oldState, newState, detail));
 *
 * const down$ = throwError(() => new Error('503')).pipe(circuitBreaker(stock));
 * down$.subscribe({ error: (error: Error) => console.log(error.message) }); // => 503
 * down$.subscribe({ error: (error: Error) => console.log(error.message) });
 * // => closed open failureStreak(2): 2 failures in a row
 * // => 503
 * of(1).pipe(circuitBreaker(stock)).subscribe({ error: (error: Error) => console.log(error.name) });
 * // => CallNotPermittedError
 * ```
 *
 * @see {@link circuitBreaker} for the operator
 * @see Release It!, Michael T. Nygard, 2007, for the pattern; Fluxgate and resilience4j, for the model
 */
export class CircuitBreaker implements Disposable {
  /** The name from the options. */
  readonly name: string;

  /** As `dispose()`, for `using`; there where the platform knows `Symbol.dispose`. */
  declare readonly [Symbol.dispose]: () => void;

  readonly #announcer: Announcer;
  readonly #machine: StateMachine;
  // Made when they are first asked for, because of a hundred thousand breakers few are watched.
  #signal$: Observable<Signal> | undefined;
  #state$: Observable<State> | undefined;
  #call$: Observable<CallEvent> | undefined;
  #wouldTrip$: Observable<Crossing> | undefined;

  static {
    Object.defineProperty(this.prototype, ADMIT, {
      value<T>(this: CircuitBreaker, classify: Classifier<T> | undefined, subscriber: Subscriber<T>) {
        const call = this.#machine.admit(classify, subscriber);
        if (call instanceof AdmittedCall) return call;
        // Told and not thrown, because a throw would cost more than all the rest of a rejection.
        subscriber.error(call);
        return undefined;
      },
    });
    Object.defineProperty(this.prototype, IN_USE, {
      get(this: CircuitBreaker) {
        return this.#machine.inUse;
      },
    });
    if (typeof Symbol.dispose === 'symbol') {
      Object.defineProperty(this.prototype, Symbol.dispose, {
        value(this: CircuitBreaker) {
          this.dispose();
        },
      });
    }
  }

  constructor(options: CircuitBreakerOptions = {}) {
    const settings = resolveOptions(options);
    this.name = settings.name;
    this.#announcer = new Announcer(settings);
    this.#machine = new StateMachine(settings, makeWindow(settings), this.#announcer);
  }

  /** Every state change from now on, in order; completes on `dispose()`. While subscribed, changes come on time. */
  get signal$(): Observable<Signal> {
    return (this.#signal$ ??= new Observable((subscriber) => {
      this.#watch(subscriber);
      this.#machine.catchUp();
    }));
  }

  /** The state now and every new one, in the order of `signal$`, never the same twice in a row; never errors. */
  get state$(): Observable<State> {
    return (this.#state$ ??= new Observable((subscriber) => {
      this.#machine.catchUp();
      // What the first value causes comes after it, and is not missed either.
      this.#announcer.outbox.hold(() => {
        const { state } = this.#machine;
        const change$ = new Observable<Signal>((watcher) => this.#watch(watcher));
        change$.pipe(map(({ newState }) => newState)).subscribe(subscriber);
        subscriber.next(state);
      });
    }));
  }

  /**
   * Every settled call and every rejection from now on, except calls admitted while `disabled`; costs nothing while
   * nobody subscribes.
   */
  get call$(): Observable<CallEvent> {
    return (this.#call$ ??= this.#announcer.calls.asObservable());
  }

  /**
   * For trying thresholds in production: in `metrics_only`, each outcome from now on with which the tripper holds, as it
   * would for a closed circuit, and did not hold before. It is asked only while somebody subscribes; what it throws is
   * reported.
   */
  get wouldTrip$(): Observable<Crossing> {
    return (this.#wouldTrip$ ??= this.#announcer.crossings.asObservable());
  }

  #watch(watcher: Subscriber<Signal>): void {
    // A listener told while it caught up may have unsubscribed it.
    if (watcher.closed) return;
    watcher.add(() => this.#machine.unwatch(watcher));
    this.#machine.watch(watcher);
  }

  /** The state now; reading it changes nothing, so that an open circuit whose retry is due still reads `open`. */
  get state(): State {
    return this.#machine.state;
  }

  /**
   * A snapshot for dashboards and health checks; taking it changes nothing.
   *
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.trip();
   * console.log(breaker.info().state, breaker.info().reopens); // => open 0
   * ```
   */
  info(): CircuitBreakerInfo {
    return this.#machine.info();
  }

  /**
   * Asks permission for a call that is not an Observable; the caller reports to the {@link Call} what happens.
   *
   * @param classify judges the values reported; by default its end counts, or being unsubscribed after a value
   * @throws CallNotPermittedError if the circuit does not let the call through; what the permit or window throws
   * @throws TypeError if `classify` is not a function
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   *
   * async function guarded<T>(work: () => Promise<T>): Promise<T> {
   *   const call = breaker.admit<T>();
   *   try {
   *     const value = await work();
   *     call.complete();
   *     return value;
   *   } catch (error) {
   *     call.error(error);
   *     throw error;
   *   }
   * }
   *
   * console.log(await guarded(() => Promise.resolve('done'))); // => done
   * console.log(breaker.info().metric.totalCount); // => 1
   * ```
   *
   * @see {@link circuitBreaker}, which does this for Observables
   */
  admit<T>(classify?: Classifier<T>): Call<T> {
    if (classify !== undefined) checkFunction('classify', classify);
    const call = this.#machine.admit(classify);
    if (call instanceof CallNotPermittedError) throw call;
    return new ReportedCall(call);
  }

  /**
   * Closes the circuit; if it is closed already, forgets the window and the streaks without a signal, and calls in
   * flight still count.
   *
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.trip();
   * breaker.reset();
   * console.log(breaker.state); // => closed
   * ```
   *
   * @see {@link CircuitBreaker.trip}
   */
  reset(): void {
    this.#machine.reset();
  }

  /**
   * Opens the circuit as if it had tripped, so that it is tried again when its retry is due; does nothing while open.
   *
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.trip();
   * console.log(breaker.state); // => open
   * ```
   *
   * @see {@link CircuitBreaker.forceOpen}, which stays
   */
  trip(): void {
    this.#machine.command('open', 'trip()');
  }

  /**
   * Lets every call through and records none, until another command.
   *
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.disable();
   * console.log(breaker.state); // => disabled
   * ```
   *
   * @see {@link CircuitBreaker.metricsOnly}, which records
   */
  disable(): void {
    this.#machine.command('disabled', 'disable()');
  }

  /**
   * Lets every call through and records it without ever tripping, until another command.
   *
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.metricsOnly();
   * console.log(breaker.state); // => metrics_only
   * ```
   *
   * @see {@link CircuitBreaker.disable}
   */
  metricsOnly(): void {
    this.#machine.command('metrics_only', 'metricsOnly()');
  }

  /**
   * Rejects every call until another command.
   *
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.forceOpen();
   * console.log(breaker.state); // => forced_open
   * ```
   *
   * @see {@link CircuitBreaker.trip}, after which it is tried again
   */
  forceOpen(): void {
    this.#machine.command('forced_open', 'forceOpen()');
  }

  /**
   * Drops timers and notifiers, completes the streams, and leaves the breaker `disabled` without a signal; calls in
   * flight go on, later calls pass unguarded, later commands do nothing.
   *
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.state$.subscribe({ complete: () => console.log('gone') });
   * breaker.dispose(); // => gone
   * console.log(breaker.state); // => disabled
   * ```
   */
  dispose(): void {
    this.#machine.dispose();
  }
}
