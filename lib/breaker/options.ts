import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { AsyncListener, Listener } from '../components/listeners/listener.ts';
import type { Permit } from '../components/permits/permit.ts';
import { rampUp } from '../components/permits/ramp-up.ts';
import { byTripper } from '../components/recoveries/by-tripper.ts';
import type { Recovery } from '../components/recoveries/recovery.ts';
import { cooldown } from '../components/retries/cooldown.ts';
import type { Retry } from '../components/retries/retry.ts';
import { checkCount, checkDuration, checkFunction, checkOptions, wrongType } from '../util/check.ts';
import { anyError } from '../components/trackers/any-error.ts';
import { Tracker, type TrackerLike } from '../components/trackers/tracker.ts';
import { failureRate } from '../components/trippers/failure-rate.ts';
import { halfOpened } from '../components/trippers/half-opened.ts';
import { minRequests } from '../components/trippers/min-requests.ts';
import { Tripper, type TripperLike } from '../components/trippers/tripper.ts';
import { countWindow } from '../components/windows/count-window.ts';
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
  /** What signals, errors and logs call the circuit. Default `'circuit-breaker'`. */
  readonly name?: string | undefined;
  /** Makes the window that remembers recent calls. Default `countWindow(100)`; the default tripper asks it for 100. */
  readonly window?: (() => SlidingWindow) | undefined;
  /** Which errors are failures of the dependency. Default `anyError()`. */
  readonly tracker?: TrackerLike | undefined;
  /** What an error that the tracker does not match is. Default `'ignored'`. */
  readonly untracked?: 'ignored' | 'success' | undefined;
  /** When the circuit must open. Default `failureRate(0.5).and(minRequests(100).or(halfOpened()))`. */
  readonly tripper?: TripperLike | undefined;
  /** How long it stays open. Default `cooldown(60_000)`. */
  readonly retry?: Retry | undefined;
  /** Which calls may probe it while half-open. Default `rampUp({ initial: 0.1, final: 1, duration: 60_000 })`. */
  readonly permit?: Permit | undefined;
  /** What the outcomes of the probes lead to. Default `byTripper()`. */
  readonly recovery?: Recovery | undefined;
  /** How many probes may be in flight at once, an integer of at least 1. Default 10. */
  readonly maxProbes?: number | undefined;
  /** After how many ms, above 0, an unsettled probe counts as a failure. Default 60_000. */
  readonly probeTimeout?: number | undefined;
  /** Told of every state change. Default none. */
  readonly listeners?: Iterable<Listener | AsyncListener> | undefined;
  /** The source of all time. Default RxJS's `asyncScheduler`, which is virtual inside `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The source of all chance, in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The options with the defaults filled in and the likes lifted; themselves options again. */
export interface ResolvedOptions {
  readonly name: string;
  readonly window: () => SlidingWindow;
  readonly tracker: Tracker;
  readonly untracked: 'ignored' | 'success';
  readonly tripper: Tripper;
  readonly retry: Retry;
  readonly permit: Permit;
  readonly recovery: Recovery;
  readonly maxProbes: number;
  readonly probeTimeout: number;
  readonly listeners: readonly (Listener | AsyncListener)[];
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

// Components are stateless, so all breakers share the default ones.
const DEFAULTS: ResolvedOptions = {
  name: 'circuit-breaker',
  window: countWindow(100),
  tracker: anyError(),
  untracked: 'ignored',
  tripper: failureRate(0.5).and(minRequests(100).or(halfOpened())),
  retry: cooldown(60_000),
  permit: rampUp({ initial: 0.1, final: 1, duration: 60_000 }),
  recovery: byTripper(),
  maxProbes: 10,
  probeTimeout: 60_000,
  listeners: [],
  scheduler: asyncScheduler,
  // Looked up at each draw, so that a test can replace it.
  random: () => Math.random(),
};

/** What was chosen by the user, or else the defaults. */
type Chosen = { [Name in keyof CircuitBreakerOptions]-?: Exclude<CircuitBreakerOptions[Name], undefined> };

/** Checks the options, fills in the defaults and lifts what is a plain function. */
export function resolveOptions(options: CircuitBreakerOptions): ResolvedOptions {
  const names = Object.keys(DEFAULTS) as (keyof ResolvedOptions)[];
  checkOptions('CircuitBreaker', options, names);
  const chosen: Chosen = { ...DEFAULTS };
  for (const name of names) {
    const value = options[name];
    if (value !== undefined) Object.assign(chosen, { [name]: value });
  }

  const { name, untracked } = chosen;
  if (typeof name !== 'string') throw wrongType('name', 'a string', name);
  if (!['ignored', 'success'].includes(untracked)) throw wrongType('untracked', "'ignored' or 'success'", untracked);
  for (const part of ['window', 'retry', 'permit', 'recovery', 'random'] as const) checkFunction(part, chosen[part]);
  checkCount('maxProbes', chosen.maxProbes);
  checkDuration('probeTimeout', chosen.probeTimeout);
  checkScheduler(chosen.scheduler);
  return {
    ...chosen,
    tracker: Tracker.from(chosen.tracker),
    tripper: Tripper.from(chosen.tripper),
    listeners: listenersOf(chosen.listeners),
  };
}

function checkScheduler(scheduler: unknown): void {
  const { now, schedule } = (scheduler ?? {}) as Partial<SchedulerLike>;
  if (typeof now !== 'function' || typeof schedule !== 'function') {
    throw wrongType('scheduler', 'a SchedulerLike with now() and schedule()', scheduler);
  }
}

function listenersOf(given: unknown): readonly (Listener | AsyncListener)[] {
  if (typeof (given as Partial<Iterable<Listener>> | null)?.[Symbol.iterator] !== 'function') {
    throw wrongType('listeners', 'an iterable of functions', given);
  }
  if (given === DEFAULTS.listeners) return DEFAULTS.listeners;
  const listeners = [...(given as Iterable<Listener | AsyncListener>)];
  for (const listener of listeners) checkFunction('listeners: each listener', listener);
  return listeners;
}
