import { map, Observable, type Subscriber, type Unsubscribable } from 'rxjs';
import type { CallNotPermittedError } from '../errors/call-not-permitted-error.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Classifier } from '../types/outcome.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { checkFunction } from '../util/check.ts';
import { AdmittedCall, type Call } from './call.ts';
import { Circuit } from './circuit.ts';
import { getInfo } from './get-info.ts';
import { subscribeGuarded } from './guard.ts';
import type { CircuitBreakerOptions } from './options.ts';
import { resolveOptions } from './resolve-options.ts';
import type { CallObserver } from './streams.ts';

/**
 * The state of one dependency, shared by every pipe that it is given to: it counts how calls end, opens when its tripper
 * holds, and later lets probes through until its recovery closes it again.
 *
 * *Details.* Calls are admitted and rejected when they are subscribed. All time is the scheduler's. While `signal$` or
 * `state$` is subscribed an open circuit goes half-open on time, otherwise at the next call, unless its retry is a
 * notifier; unwatched, a wait in ms holds no timer, and no timer keeps a Node process alive.
 *
 * With the default options a circuit opens when half of at least 20 calls of the last minute failed, when 20 in a row did,
 * or 5 in a row where calls are rarer than that. It waits 5 s, twice as long at each failed recovery, up to a minute; then
 * up to ten calls at a time go through, and it closes when two of three have succeeded.
 *
 * *Gotchas.* A source that hangs is only seen as failing if it has a `timeout` before the breaker. One that never ends
 * needs a classifier, such as {@link firstValue}, or its call never settles. If a circuit does not open, `info()` shows
 * why: how far each condition is, and how many calls were ignored.
 *
 * The operator and the integrations do not call the methods of a subclass: to change who is admitted, write a permit.
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
  declare readonly name: string;

  /** As `dispose()`, for `using`; there where the platform knows `Symbol.dispose`. */
  declare readonly [Symbol.dispose]: () => void;

  /**
   * The circuit, for functions that are bundled only if imported.
   *
   * @internal
   */
  readonly _circuit: Circuit;
  // Made when they are first asked for, because of a hundred thousand breakers few are watched.
  private _signal$: Observable<Signal> | undefined = undefined;
  private _state$: Observable<State> | undefined = undefined;
  private _call$: Observable<CallEvent> | undefined = undefined;

  static {
    // Vue must not wrap a breaker in a reactive proxy: identity matters, and its state changes by itself.
    Object.defineProperty(this.prototype, '__v_skip', { value: true });
    if (typeof Symbol.dispose === 'symbol') {
      Object.defineProperty(this.prototype, Symbol.dispose, {
        value(this: CircuitBreaker) {
          this.dispose();
        },
      });
    }
  }

  constructor(options: CircuitBreakerOptions = {}) {
    const resolved = resolveOptions(options);
    this.name = resolved.name;
    this._circuit = new Circuit(resolved);
  }

  /** Every state change from now on, in order; completes on `dispose()`. While subscribed, changes come on time. */
  get signal$(): Observable<Signal> {
    return (this._signal$ ??= new Observable((subscriber) => {
      this._watch(subscriber);
      this._circuit.catchUp();
    }));
  }

  /** The state now and every new one, in the order of `signal$`, never the same twice in a row; never errors. */
  get state$(): Observable<State> {
    return (this._state$ ??= this._makeState$());
  }

  /**
   * Every settled call and every rejection from now on, except calls admitted while `disabled`; costs nothing without
   * subscribers.
   */
  get call$(): Observable<CallEvent> {
    return (this._call$ ??= this._circuit.streams.calls.asObservable());
  }

  /** The state now; reading it changes nothing, so that an open circuit whose retry is due still reads `open`. */
  get state(): State {
    return this._circuit.state.name;
  }

  /**
   * A snapshot for dashboards and health checks; taking it changes nothing.
   *
   * @example
   * ```ts
   * import { CircuitBreaker, failureStreak } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker({ tripper: failureStreak(3) });
   * breaker.admit().error(new Error('503'));
   * console.log(breaker.info().state, breaker.info().detail); // => closed failureStreak(3): 1 of 3 failures in a row
   * ```
   */
  info(): CircuitBreakerInfo {
    return getInfo(this._circuit);
  }

  /**
   * Asks permission for a call that is not an Observable; the caller reports to the {@link Call} how it ends.
   *
   * @param classify judges the values reported; by default its end counts, or being unsubscribed after a value
   * @throws CallNotPermittedError if the circuit rejects the call; what the permit or window throws
   * @throws TypeError if `classify` is not a function
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * const call = breaker.admit<number>((status) => (status < 500 ? 'success' : 'failure'));
   * call.next(503);
   * console.log(breaker.info().metric.failureCount); // => 1
   * ```
   *
   * @see {@link guarded} for a function that returns a promise, {@link circuitBreaker} for an Observable
   */
  admit<T>(classify?: Classifier<T>): Call<T> {
    if (classify !== undefined) checkFunction('classify', classify);
    const call = this._tryAdmit(classify);
    if ('circuit' in call) throw call;
    return call;
  }

  /**
   * Closes the circuit; if it is closed already, forgets the window and the streaks without a signal, and calls in
   * flight still count.
   *
   * @param why a text for {@link Signal.detail}
   * @throws TypeError if `why` is not a text
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.trip();
   * breaker.reset('deployed the fix');
   * console.log(breaker.state, breaker.info().lastSignal?.detail); // => closed reset(): deployed the fix
   * ```
   *
   * @see {@link CircuitBreaker.trip}
   */
  reset(why?: string): void {
    this._circuit.reset(why);
  }

  /**
   * Opens the circuit as if it had tripped, so that it is tried again when its retry is due; does nothing while open.
   *
   * @param why a text for {@link Signal.detail}
   * @throws TypeError if `why` is not a text
   * @example
   * ```ts
   * import { CircuitBreaker, cooldown } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker({ retry: cooldown(10_000) });
   * breaker.trip('the status page is red');
   * const { retryAt, changedAt, lastSignal } = breaker.info();
   * console.log(lastSignal?.detail, retryAt! - changedAt); // => trip(): the status page is red 10000
   * ```
   *
   * @see {@link CircuitBreaker.forceOpen}, which stays
   */
  trip(why?: string): void {
    this._circuit.command('open', 'trip', why);
  }

  /**
   * Lets probes through now, whatever the state; does nothing while half-open.
   *
   * @param why a text for {@link Signal.detail}
   * @throws TypeError if `why` is not a text
   * @example
   * ```ts
   * import { CircuitBreaker, never } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker({ retry: never() });
   * breaker.trip();
   * breaker.halfOpen('try it');
   * for (let i = 0; i < 2; i++) breaker.admit().complete();
   * console.log(breaker.state); // => closed
   * ```
   *
   * @see {@link CircuitBreaker.reset}, which closes without a probe
   */
  halfOpen(why?: string): void {
    this._circuit.command('half_open', 'halfOpen', why);
  }

  /**
   * Lets every call through and records none, until another command.
   *
   * @param why a text for {@link Signal.detail}
   * @throws TypeError if `why` is not a text
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.disable();
   * breaker.admit().error(new Error('503'));
   * console.log(breaker.info().metric.totalCount); // => 0
   * ```
   *
   * @see {@link CircuitBreaker.metricsOnly}, which records
   */
  disable(why?: string): void {
    this._circuit.command('disabled', 'disable', why);
  }

  /**
   * Lets every call through and records it without ever tripping, until another command.
   *
   * @param why a text for {@link Signal.detail}
   * @throws TypeError if `why` is not a text
   * @example
   * ```ts
   * import { CircuitBreaker, failureStreak } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker({ tripper: failureStreak(1) });
   * breaker.metricsOnly();
   * breaker.admit().error(new Error('503'));
   * console.log(breaker.state, breaker.info().metric.failureCount); // => metrics_only 1
   * ```
   *
   * @see {@link CircuitBreaker.disable}
   */
  metricsOnly(why?: string): void {
    this._circuit.command('metrics_only', 'metricsOnly', why);
  }

  /**
   * Rejects every call until another command.
   *
   * @param why a text for {@link Signal.detail}
   * @throws TypeError if `why` is not a text
   * @example
   * ```ts
   * import { CircuitBreaker } from 'rxjs-fluxgate';
   *
   * const breaker = new CircuitBreaker();
   * breaker.forceOpen('maintenance until 14:00');
   * console.log(breaker.info().lastSignal?.detail); // => forceOpen(): maintenance until 14:00
   * ```
   *
   * @see {@link CircuitBreaker.trip}, after which it is tried again
   */
  forceOpen(why?: string): void {
    this._circuit.command('forced_open', 'forceOpen', why);
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
    this._circuit.dispose();
  }

  /**
   * Subscribes a subscriber to a source as a call; for the operator, also of another copy of the package.
   *
   * @internal
   */
  __guard<T>(source: Observable<T>, subscriber: Subscriber<T>, classify: Classifier<T> | undefined): void {
    subscribeGuarded(this._circuit, source, subscriber, classify);
  }

  /**
   * As `admit`, but returns the rejection instead of throwing it, which costs more than the rest of a rejection.
   *
   * @internal
   */
  _tryAdmit<T>(classify?: Classifier<T>): Call<T> | CallNotPermittedError {
    const call = new AdmittedCall(this._circuit, classify);
    return this._circuit.admit(call) ?? call;
  }

  /**
   * Counts calls without the cost of an event a call.
   *
   * @internal
   */
  _observe(observer: CallObserver): Unsubscribable {
    return this._circuit.streams.observe(observer);
  }

  private _watch(watcher: Subscriber<Signal>): void {
    // A listener notified while it caught up may have unsubscribed it.
    if (watcher.closed) return;
    watcher.add(() => this._circuit.unwatch(watcher));
    this._circuit.watch(watcher);
  }

  private _makeState$(): Observable<State> {
    const circuit = this._circuit;
    const change$ = new Observable<Signal>((watcher) => this._watch(watcher)).pipe(map(({ newState }) => newState));
    return new Observable((subscriber) => {
      circuit.catchUp();
      // Subscribed first and delivered last: what the current state causes comes after it, and is not missed.
      circuit.streams.hold(() => {
        const state = this.state;
        change$.subscribe(subscriber);
        subscriber.next(state);
      });
    });
  }
}
