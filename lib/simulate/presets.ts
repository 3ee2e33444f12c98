import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { admitAll } from '../components/permits/admit-all.ts';
import { probes } from '../components/recoveries/probes.ts';
import type { Recovery } from '../components/recoveries/recovery.ts';
import { cooldown } from '../components/retries/cooldown.ts';
import type { Retry } from '../components/retries/retry.ts';
import { failureRate } from '../components/trippers/failure-rate.ts';
import { failureStreak } from '../components/trippers/failure-streak.ts';
import { minRequests } from '../components/trippers/min-requests.ts';
import { slowRate } from '../components/trippers/slow-rate.ts';
import { countWindow } from '../components/windows/count-window.ts';
import { timeWindow } from '../components/windows/time-window.ts';
import type { CallContext } from '../types/call-context.ts';

/**
 * The defaults of resilience4j 2: half of 100 calls, after at least 100; 60 s; ten probes, of which fewer than half may
 * fail.
 *
 * @example
 * ```ts
 * import { compare, resilience4jDefaults, scripted } from 'rxjs-fluxgate/simulate';
 *
 * const quiet = scripted([{ duration: 60_000, rate: 1 }, { duration: 60_000, failureRate: 1 }, { duration: 60_000, failureRate: 0 }]);
 * const reports = compare(quiet, { ours: {}, resilience4j: resilience4jDefaults() });
 * for (const { name, outages } of reports) console.log(name, outages[0]?.openedAfter);
 * // => ours 19000
 * // => resilience4j 49000
 * ```
 *
 * @see {@link compare}
 */
export function resilience4jDefaults(): CircuitBreakerOptions {
  return {
    window: countWindow(100),
    tripper: minRequests(100).and(failureRate(0.5).or(slowRate(1, 60_000))),
    retry: cooldown(60_000),
    permit: admitAll(),
    recovery: probes(10, { maxFailureRate: 0.49 }),
    maxProbes: 10,
  };
}

/**
 * The defaults of Polly 8: a tenth of at least 100 calls within 30 s; 5 s; one probe.
 *
 * @example
 * ```ts
 * import { pollyDefaults, scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const noisy = scripted([{ duration: 60_000, rate: 20, failureRate: 0.11 }]);
 * console.log(simulate(noisy, pollyDefaults()).openings.length > 5); // => true
 * ```
 *
 * @see {@link compare}
 */
export function pollyDefaults(): CircuitBreakerOptions {
  return {
    window: timeWindow(30_000),
    tripper: minRequests(100).and(failureRate(0.1)),
    retry: cooldown(5_000),
    permit: admitAll(),
    recovery: probes(1),
    maxProbes: 1,
  };
}

/**
 * The defaults of opossum 9: more than half of the calls of 10 s, however few; 30 s; one probe. Its time-out of 10 s belongs
 * into the world: `{ timeout: 10_000 }`.
 *
 * @example
 * ```ts
 * import { opossumDefaults, scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * // One failure of one call is more than half.
 * const quiet = scripted([{ duration: 600_000, rate: 0.05, failureRate: 0.1 }]);
 * console.log(simulate(quiet, opossumDefaults()).openings[0]?.at); // => 0
 * ```
 *
 * @see {@link compare}
 */
export function opossumDefaults(): CircuitBreakerOptions {
  return {
    window: timeWindow(10_000),
    tripper: moreThanHalfFailed,
    retry: cooldown(30_000),
    permit: admitAll(),
    recovery: probes(1),
    maxProbes: 1,
  };
}

/** It looks at its rate after a failure alone. */
function moreThanHalfFailed({ outcome, metric }: CallContext): boolean {
  return outcome === 'failure' && (metric.failureRate ?? 0) > 0.5;
}

/**
 * The defaults of sony/gobreaker: more than five failures in a row; 60 s; one probe.
 *
 * @example
 * ```ts
 * import { gobreakerDefaults, scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const dead = scripted([{ duration: 60_000, rate: 1, failureRate: 1 }]);
 * console.log(simulate(dead, gobreakerDefaults()).openings[0]?.at); // => 5000
 * ```
 *
 * @see {@link compare}
 */
export function gobreakerDefaults(): CircuitBreakerOptions {
  return {
    tripper: failureStreak(6),
    retry: cooldown(60_000),
    permit: admitAll(),
    recovery: probes(1),
    maxProbes: 1,
  };
}

/**
 * The defaults of Envoy's outlier detection for one host: five answers from 500 in a row; 30 s, longer by 30 s each time, up
 * to 300 s; then all calls at once. That it ejects at most a tenth of the hosts is left out.
 *
 * @example
 * ```ts
 * import { envoyDefaults, scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const dead = scripted([{ duration: 120_000, rate: 10, failureRate: 1 }]);
 * console.log(simulate(dead, envoyDefaults()).openings[0]?.reopens); // => 2
 * ```
 *
 * @see {@link compare}
 */
export function envoyDefaults(): CircuitBreakerOptions {
  const retry: Retry = ({ reopens }) => Math.min(300_000, 30_000 * (reopens + 1));
  const recovery: Recovery = ({ consecutiveFailures, successes }) =>
    consecutiveFailures >= 5 ? 'reopen' : successes > 0 ? 'close' : undefined;
  return {
    tripper: failureStreak(5),
    retry,
    permit: admitAll(),
    recovery,
    // It knows no half-open state: after the wait all calls come in.
    maxProbes: 1_000_000,
  };
}
