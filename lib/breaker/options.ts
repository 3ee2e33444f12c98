import type { SchedulerLike } from 'rxjs';
import type { AsyncListener, Listener } from '../components/listeners/listener.ts';
import type { Permit } from '../components/permits/permit.ts';
import type { Recovery } from '../components/recoveries/recovery.ts';
import type { Retry } from '../components/retries/retry.ts';
import type { TrackerLike } from '../components/trackers/tracker.ts';
import type { TripperLike } from '../components/trippers/tripper.ts';
import type { SlidingWindow } from '../components/windows/sliding-window.ts';

/**
 * Options of {@link CircuitBreaker}; all have defaults, and one options object can make many breakers.
 *
 * @example
 * ```ts
 * import { TimeoutError } from 'rxjs';
 * import { backoff, CircuitBreaker, failureRate, halfOpened, instanceOf, minRequests, timeWindow } from 'rxjs-fluxgate';
 * import type { CircuitBreakerOptions } from 'rxjs-fluxgate';
 *
 * const options: CircuitBreakerOptions = {
 *   window: timeWindow(60_000),
 *   tracker: instanceOf(TimeoutError),
 *   tripper: failureRate(0.5).and(minRequests(20).or(halfOpened())),
 *   retry: backoff({ initial: 10_000, jitter: 0.1 }),
 * };
 * const payments = new CircuitBreaker({ ...options, name: 'payments' });
 * const stock = new CircuitBreaker({ ...options, name: 'stock' });
 * console.log(payments.name, stock.name); // => payments stock
 * ```
 *
 * @see {@link CircuitBreaker}
 */
export interface CircuitBreakerOptions {
  /** The name of the circuit in signals, errors and logs. Default `'circuit-breaker'`. */
  readonly name?: string | undefined;
  /** Makes the window that remembers recent calls. Default `timeWindow(60_000)`. */
  readonly window?: (() => SlidingWindow) | undefined;
  /** Which errors are failures of the dependency. Default `anyError()`. */
  readonly tracker?: TrackerLike | undefined;
  /**
   * The outcome of an error that the tracker does not match: one for all, or a function of the error. Default
   * `'ignored'`. For an answer of the dependency, such as a 404, `'success'` fits.
   */
  readonly untracked?: 'ignored' | 'success' | ((error: unknown) => 'ignored' | 'success') | undefined;
  /**
   * When the circuit must open. Default
   * `minRequests(20).and(failureRate(0.5)).or(failureStreak(20)).or(failureStreak(5).and(minRequests(20).not()))`: half of
   * at least 20 calls failed, or 20 in a row, or 5 in a row where calls are rarer than that.
   */
  readonly tripper?: TripperLike | undefined;
  /** How long it stays open. Default `backoff({ initial: 5_000, max: 60_000, jitter: 0.2 })`. */
  readonly retry?: Retry | undefined;
  /** Which calls may probe it while half-open. Default `admitAll()`. */
  readonly permit?: Permit | undefined;
  /** When it closes or reopens. Default `probes(3, { maxFailureRate: 0.34 })`: two successes of three close it. */
  readonly recovery?: Recovery | undefined;
  /** How many probes may be in flight at once, an integer of at least 1. Default 10. */
  readonly maxProbes?: number | undefined;
  /** After how many ms, above 0, an unsettled probe counts as a failure. Default 60_000. */
  readonly probeTimeout?: number | undefined;
  /** Called with every state change. Default none. */
  readonly listeners?: Iterable<Listener | AsyncListener> | undefined;
  /** The source of all time. Default RxJS's `asyncScheduler`, which is virtual inside `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The source of all randomness, in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}
