import { from } from 'rxjs';
import type { Permit } from '../components/permits/permit.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { resolveOptions } from '../breaker/resolve-options.ts';
import type { Recovery } from '../components/recoveries/recovery.ts';
import type { Retry } from '../components/retries/retry.ts';
import type { Opening } from '../types/opening.ts';
import { wrongType } from '../util/check.ts';
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
      tracker: (error) => watch('tracker', faults, () => resolved.tracker.test(error), false),
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
  // Not thrown: `retryIf` takes a throw for `not yet`.
  const _onCheck = (health: unknown): void => {
    if (isRealTime(health)) fail('retry', faults, refusal('the check of retryIf'));
  };
  return Object.assign((opening: Opening) => {
    return watch(
      'retry',
      faults,
      () => {
        const answer = retry(Object.freeze({ ...opening, _onCheck }));
        if (isRealTime(answer)) throw refusal('a retry');
        return toWait(answer);
      },
      Infinity,
    );
  }, retry);
}

function supervisePermit(permit: Permit, faults: Faults): Permit {
  return Object.assign((...args: Parameters<Permit>) => watch('permit', faults, () => permit(...args), false), permit);
}

function superviseRecovery(recovery: Recovery, faults: Faults): Recovery {
  // With its members: they say what it asks the breaker to count.
  return Object.assign(
    (...args: Parameters<Recovery>) => watch('recovery', faults, () => recovery(...args), undefined),
    recovery,
  );
}

function refusal(what: string): TypeError {
  return new TypeError(`a simulation has no real time, so ${what} must not return a promise`);
}

/** Throws for what a breaker would report and replace. */
function toWait(answer: ReturnType<Retry>): ReturnType<Retry> {
  if (typeof answer === 'string') throw wrongType('what it returns', 'a number of ms or a notifier', answer);
  if (typeof answer !== 'number') return from(answer);
  if (answer >= 0) return answer;
  throw new RangeError(`the ms that it returns must be at least 0, got ${String(answer)}`);
}

/** What RxJS would wait for outside of any scheduler. */
function isRealTime(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  return 'then' in answer || Symbol.asyncIterator in answer || 'getReader' in answer;
}
