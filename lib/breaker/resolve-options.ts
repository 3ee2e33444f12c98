import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { AsyncListener, Listener } from '../components/listeners/listener.ts';
import { admitAll } from '../components/permits/admit-all.ts';
import type { Permit } from '../components/permits/permit.ts';
import { probes } from '../components/recoveries/probes.ts';
import type { Recovery } from '../components/recoveries/recovery.ts';
import { backoff } from '../components/retries/backoff.ts';
import type { Retry } from '../components/retries/retry.ts';
import { anyError } from '../components/trackers/any-error.ts';
import { Tracker } from '../components/trackers/tracker.ts';
import { failureRate } from '../components/trippers/failure-rate.ts';
import { failureStreak } from '../components/trippers/failure-streak.ts';
import { minRequests } from '../components/trippers/min-requests.ts';
import { Tripper } from '../components/trippers/tripper.ts';
import type { SlidingWindow } from '../components/windows/sliding-window.ts';
import { timeWindow } from '../components/windows/time-window.ts';
import { checkCount, checkDuration, checkFunction, checkOptions, wrongType } from '../util/check.ts';
import { checkCalled } from '../util/factory.ts';
import type { CircuitBreakerOptions } from './options.ts';

/** The options with the defaults filled in and plain functions lifted; themselves options again. */
export interface ResolvedOptions {
  readonly name: string;
  readonly window: () => SlidingWindow;
  readonly tracker: Tracker;
  readonly untracked: 'ignored' | 'success' | ((error: unknown) => 'ignored' | 'success');
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

// Components are stateless, so all breakers share the default ones. Simulated in docs/choosing-settings.md.
const DEFAULTS: ResolvedOptions = {
  name: 'circuit-breaker',
  window: /* @__PURE__ */ timeWindow(60_000),
  tracker: /* @__PURE__ */ anyError(),
  untracked: 'ignored',
  tripper: /* @__PURE__ */ makeDefaultTripper(),
  retry: /* @__PURE__ */ backoff({ initial: 5_000, max: 60_000, jitter: 0.2 }),
  permit: /* @__PURE__ */ admitAll(),
  recovery: /* @__PURE__ */ probes(3, { maxFailureRate: 0.34 }),
  maxProbes: 10,
  probeTimeout: 60_000,
  listeners: [],
  scheduler: asyncScheduler,
  // Looked up at each draw, so that a test can replace it.
  random: () => Math.random(),
};

const NAMES = /* @__PURE__ */ Object.keys(DEFAULTS) as (keyof ResolvedOptions)[];

/** Opens by a rate where calls are many, by a streak where they are few. */
function makeDefaultTripper(): Tripper {
  return minRequests(20)
    .and(failureRate(0.5))
    .or(failureStreak(20))
    .or(failureStreak(5).and(minRequests(20).not()));
}

/** The options that were given, or else the defaults. */
type Given = { [Name in keyof CircuitBreakerOptions]-?: Exclude<CircuitBreakerOptions[Name], undefined> };

/** Checks the options, fills in the defaults and lifts plain functions. */
export function resolveOptions(options: CircuitBreakerOptions): ResolvedOptions {
  checkOptions('CircuitBreaker', options, NAMES);
  const given: Given = Object.assign({}, DEFAULTS);
  for (const name of NAMES) {
    const value = options[name];
    if (value !== undefined) Object.assign(given, { [name]: value });
  }

  const { name, untracked, scheduler } = given;
  if (typeof name !== 'string') throw wrongType('name', 'a string', name);
  if (untracked !== 'ignored' && untracked !== 'success' && typeof untracked !== 'function') {
    throw wrongType('untracked', "'ignored', 'success' or a function of the error", untracked);
  }
  for (const part of ['window', 'retry', 'permit', 'recovery', 'random'] as const) {
    checkFunction(part, given[part]);
    checkCalled(part, given[part]);
  }
  checkCount('maxProbes', given.maxProbes);
  checkDuration('probeTimeout', given.probeTimeout);
  checkScheduler(scheduler);
  const { slowAfter } = given.recovery;
  if (slowAfter !== undefined) checkDuration('recovery: slowAfter', slowAfter);
  return Object.assign(given, {
    tracker: Tracker.from(given.tracker),
    tripper: Tripper.from(given.tripper),
    listeners: resolveListeners(given.listeners),
  });
}

function checkScheduler(scheduler: unknown): void {
  const { now, schedule } = (scheduler ?? {}) as Partial<SchedulerLike>;
  if (typeof now !== 'function' || typeof schedule !== 'function') {
    throw wrongType('scheduler', 'a SchedulerLike with now() and schedule()', scheduler);
  }
}

function resolveListeners(given: unknown): readonly (Listener | AsyncListener)[] {
  if (typeof (given as Partial<Iterable<Listener>> | null)?.[Symbol.iterator] !== 'function') {
    throw wrongType('listeners', 'an iterable of functions', given);
  }
  if (given === DEFAULTS.listeners) return DEFAULTS.listeners;
  const listeners = [...(given as Iterable<Listener | AsyncListener>)];
  for (const listener of listeners) {
    checkFunction('listeners: each listener', listener);
    checkCalled('listeners: each listener', listener);
  }
  return listeners;
}
