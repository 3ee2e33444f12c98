import type { Permit } from '../components/permits/permit.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { resolveOptions } from '../breaker/resolve-options.ts';
import type { Recovery } from '../components/recoveries/recovery.ts';
import type { Retry } from '../components/retries/retry.ts';
import type { Opening } from '../types/opening.ts';
import { fail, watch, type Faults } from './faults.ts';
import { WatchedTripper, type Settling } from './watched-tripper.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

/**
 * The options of a contender for a breaker in virtual time. Listeners are left out: a simulation must not post to Slack.
 * What a component throws is kept in `faults`: a breaker reports some of it and lives on, a simulation ends.
 */
export function superviseOptions(
  options: CircuitBreakerOptions,
  scheduler: VirtualScheduler,
  random: () => number,
  settling: Settling,
  faults: Faults,
): { readonly options: CircuitBreakerOptions; readonly tripper: WatchedTripper } {
  const resolved = resolveOptions(options);
  const tripper = new WatchedTripper(resolved.tripper, settling, faults);
  return {
    tripper,
    options: {
      ...options,
      tripper,
      tracker: (error) => watch('tracker', faults, () => resolved.tracker.test(error)),
      retry: superviseRetry(resolved.retry, faults),
      permit: supervisePermit(resolved.permit, faults),
      recovery: superviseRecovery(resolved.recovery, faults),
      listeners: [],
      scheduler,
      random: options.random ?? random,
    },
  };
}

function superviseRetry(retry: Retry, faults: Faults): Retry {
  const refuse = (what: string): unknown =>
    fail('retry', faults, new TypeError(`a simulation has no real time, so ${what} must not return a promise`));
  // Not thrown: `retryIf` takes a throw for `not yet`.
  const _onCheck = (health: unknown): void => {
    if (isRealTime(health)) refuse('the check of retryIf');
  };
  return Object.assign((opening: Opening) => {
    const answer = watch('retry', faults, () => retry(Object.freeze({ ...opening, _onCheck })));
    if (isRealTime(answer)) throw refuse('a retry');
    return answer;
  }, retry);
}

function supervisePermit(permit: Permit, faults: Faults): Permit {
  return Object.assign((...args: Parameters<Permit>) => watch('permit', faults, () => permit(...args)), permit);
}

function superviseRecovery(recovery: Recovery, faults: Faults): Recovery {
  // With its members: they say what it asks the breaker to count.
  return Object.assign((...args: Parameters<Recovery>) => watch('recovery', faults, () => recovery(...args)), recovery);
}

/** What RxJS would wait for outside of any scheduler. */
function isRealTime(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  return 'then' in answer || Symbol.asyncIterator in answer || 'getReader' in answer;
}
