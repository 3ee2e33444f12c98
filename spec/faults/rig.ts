import { config, Observable, Subject, type SchedulerAction, type Subscription } from 'rxjs';
import { admitRandom, byTripper, CircuitBreaker, circuitBreaker, cooldown, countWindow, Tripper } from 'rxjs-fluxgate';
import {
  isCallNotPermitted,
  type Call,
  type CallContext,
  type CircuitBreakerOptions,
  type Signal,
} from 'rxjs-fluxgate';
import { expect, vi } from 'vitest';
import { ManualScheduler } from '../support/manual-scheduler.ts';

/** What a dependency emits when it is down; as good as any answer, and no fault of a callback. */
export const down = new Error('down');

/** What a broken callback throws. */
export const broken = new Error('user code is broken');

export const CALLBACKS = [
  'window.record',
  'window.getMetric',
  'window.reset',
  'tracker.test',
  'tripper.test',
  'tripper.explain',
  'retry',
  'permit',
  'recovery',
  'classify',
  'listener',
  'signal$',
  'random',
  'scheduler.now',
  'scheduler.schedule',
] as const;

export type Callback = (typeof CALLBACKS)[number];

/** Where an error came out. */
export type Place = 'subscriber' | 'caller' | 'report';

/** How a call is made: through the operator, or in the two steps of `admit()`. */
export type Way = 'pipe' | 'admit';

/** How long the circuit stays open, and how long a probe may take. */
export const WAIT = 100;
export const PROBE = 50;

/** The longest that it stays open when the retry is broken. */
const LONGEST_WAIT = 60_000;

/** A call in flight, to which a test reports what its dependency does. */
interface Driven {
  readonly values: unknown[];
  next(value: string): void;
  error(error: unknown): void;
  complete(): void;
  unsubscribe(): void;
}

/** Makes one callback throw, for as long as it is set. */
class Fuse {
  #callback: Callback | undefined;
  #after = 0;
  #times = Infinity;
  blown = 0;

  set(callback: Callback, after = 0, times = Infinity): void {
    this.#callback = callback;
    this.#after = after;
    this.#times = times;
  }

  clear(): void {
    this.#callback = undefined;
  }

  /** To be called by each callback each time. */
  check(callback: Callback): void {
    if (callback !== this.#callback || this.#after-- > 0 || this.blown >= this.#times) return;
    this.blown++;
    throw broken;
  }
}

class FragileScheduler extends ManualScheduler {
  readonly #fuse: Fuse;

  constructor(fuse: Fuse) {
    super(1_000);
    this.#fuse = fuse;
  }

  override now(): number {
    this.#fuse.check('scheduler.now');
    return super.now();
  }

  override schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    this.#fuse.check('scheduler.schedule');
    return super.schedule(work, delay, state);
  }
}

/** Two failures in a row trip, one reopens; asks for a slow rate that it has not named, so that calls are recounted. */
class FragileTripper extends Tripper {
  readonly #fuse: Fuse;

  constructor(fuse: Fuse) {
    super();
    this.#fuse = fuse;
  }

  test({ state, consecutiveFailures, metric }: CallContext): boolean {
    this.#fuse.check('tripper.test');
    metric.slowRate(10);
    return consecutiveFailures >= (state === 'half_open' ? 1 : 2);
  }

  override explain(): string {
    this.#fuse.check('tripper.explain');
    return 'failures in a row';
  }
}

/** A breaker each callback of which can be made to throw, with an ear at each place where the error may come out. */
export class Rig {
  readonly fuse = new Fuse();
  readonly scheduler = new FragileScheduler(this.fuse);
  readonly breaker: CircuitBreaker;
  readonly signals: Signal[] = [];
  /** All errors but what dependencies say and rejections. */
  readonly received: { readonly place: Place; readonly error: unknown }[] = [];
  /** Rejections and what dependencies emit, as the calls received them. */
  readonly passed: unknown[] = [];
  /** How many sources are subscribed. */
  sources = 0;
  readonly #way: Way;
  readonly #watchers: Subscription[] = [];

  constructor(way: Way = 'pipe', options: CircuitBreakerOptions = {}) {
    const { fuse } = this;
    this.#way = way;
    config.onUnhandledError = (error) => this.#note('report', error);
    this.breaker = new CircuitBreaker({
      window: () => {
        const window = countWindow(100)();
        return {
          record: (record) => {
            fuse.check('window.record');
            window.record(record);
          },
          getMetric: (now) => {
            fuse.check('window.getMetric');
            return window.getMetric(now);
          },
          reset: () => {
            fuse.check('window.reset');
            window.reset();
          },
        };
      },
      tracker: () => {
        fuse.check('tracker.test');
        return true;
      },
      tripper: new FragileTripper(fuse),
      retry: (opening) => {
        fuse.check('retry');
        return cooldown(WAIT, { jitter: 0.5 })(opening);
      },
      permit: (probe) => {
        fuse.check('permit');
        return admitRandom(0.9)(probe);
      },
      recovery: (context, tripper) => {
        fuse.check('recovery');
        return byTripper()(context, tripper);
      },
      maxProbes: 1,
      probeTimeout: PROBE,
      listeners: [() => fuse.check('listener'), (signal) => this.signals.push(signal)],
      scheduler: this.scheduler,
      random: () => {
        fuse.check('random');
        return 0.5;
      },
      ...options,
    });
  }

  /** Begins a call, with a classifier to which a bad value is a failure if it is to be asked. */
  call({ classified = false } = {}): Driven {
    const classify = (value: string): 'failure' | undefined => {
      this.fuse.check('classify');
      return value === 'bad' ? 'failure' : undefined;
    };
    return this.#way === 'pipe'
      ? this.#piped(classified ? classify : undefined)
      : this.#admitted(classified ? classify : undefined);
  }

  /** Does what may throw at who does it. */
  tryOrReport(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#note('caller', error);
    }
  }

  watch(): void {
    const watcher = this.breaker.signal$.subscribe({
      next: () => this.fuse.check('signal$'),
      error: (error: unknown) => this.#note('subscriber', error),
    });
    this.#watchers.push(watcher);
  }

  unwatch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.unsubscribe();
  }

  fail(): void {
    this.call().error(down);
  }

  succeed(): void {
    this.call().complete();
  }

  /** Brings an unwatched circuit to where the next call is a probe, or where one has been given back. */
  makeDue(): void {
    this.breaker.trip();
    this.scheduler.pass(WAIT);
  }

  makeHalfOpen(): void {
    this.makeDue();
    this.call().unsubscribe();
    expect(this.breaker.state).toBe('half_open');
  }

  /** Nothing is lost, leaked or stuck: once the fault has stopped, the circuit goes all the way round. */
  expectUsable(): void {
    const { breaker, scheduler, signals } = this;
    this.fuse.clear();
    expect(breaker.info().inFlight).toBe(0);
    expect(this.sources).toBe(0);
    expect(scheduler.timers).toBe(0);
    this.received.length = 0;

    // As it stands, without a command: an open or half-open circuit closes by itself.
    if (breaker.state === 'open') scheduler.pass(LONGEST_WAIT);
    if (breaker.state === 'open' || breaker.state === 'half_open') this.succeed();
    if (breaker.state !== 'closed') breaker.reset();
    expect(breaker.state).toBe('closed');
    breaker.reset();

    const call = this.call();
    call.next('through');
    call.complete();
    expect(call.values).toStrictEqual(['through']);
    this.fail();
    expect(breaker.state).toBe('closed');
    this.fail();
    expect(breaker.state).toBe('open');
    const { rejected } = breaker.info();
    this.fail();
    expect(breaker.info().rejected).toBe(rejected + 1);
    expect(isCallNotPermitted(this.passed.at(-1))).toBe(true);
    scheduler.pass(WAIT);
    this.succeed();
    expect(breaker.state).toBe('closed');
    expect(breaker.info().inFlight).toBe(0);
    expect(this.received).toStrictEqual([]);

    for (const [index, { oldState, newState }] of signals.entries()) {
      expect(oldState).toBe(signals[index - 1]?.newState ?? 'closed');
      expect(newState).not.toBe(oldState);
    }
    expect(signals.at(-1)?.newState).toBe('closed');
    expect(scheduler.timers).toBe(0);
    // A subscriber that has left does not count as watching: an opening holds no timer.
    this.unwatch();
    breaker.trip();
    expect(scheduler.timers).toBe(0);
  }

  /** What RxJS itself reports comes a timer later. */
  settle(): void {
    vi.runAllTimers();
  }

  #note(place: Place, error: unknown): void {
    if (error === down || isCallNotPermitted(error)) this.passed.push(error);
    else this.received.push({ place, error });
  }

  #piped(classify?: (value: string) => 'failure' | undefined): Driven {
    const subject = new Subject<string>();
    const values: unknown[] = [];
    const source$ = new Observable<string>((subscriber) => {
      this.sources++;
      const subscription = subject.subscribe(subscriber);
      return () => {
        this.sources--;
        subscription.unsubscribe();
      };
    });
    const subscription = source$.pipe(circuitBreaker(this.breaker, { classify })).subscribe({
      next: (value) => values.push(value),
      error: (error: unknown) => this.#note('subscriber', error),
    });
    return {
      values,
      next: (value) => subject.next(value),
      error: (error) => subject.error(error),
      complete: () => subject.complete(),
      unsubscribe: () => subscription.unsubscribe(),
    };
  }

  #admitted(classify?: (value: string) => 'failure' | undefined): Driven {
    let call: Call<string> | undefined;
    const values: unknown[] = [];
    this.tryOrReport(() => {
      call = this.breaker.admit(classify);
    });
    return {
      values,
      next: (value) => {
        values.push(value);
        this.tryOrReport(() => call?.next(value));
      },
      error: (error) => this.tryOrReport(() => call?.error(error)),
      complete: () => this.tryOrReport(() => call?.complete()),
      unsubscribe: () => this.tryOrReport(() => call?.unsubscribe()),
    };
  }
}
