import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { admitAll } from '../components/permits/admit-all.ts';
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

/** None of them ends a probe that hangs: a year is longer than any record. Time-outs belong to the world. */
const NO_PROBE_TIMEOUT = 365 * 86_400_000;

/** One probe at a time, whose outcome decides. */
const ONE_PROBE = {
  permit: admitAll(),
  recovery: ({ outcome }: CallContext) => (outcome === 'success' ? 'close' : 'reopen'),
  maxProbes: 1,
  probeTimeout: NO_PROBE_TIMEOUT,
} satisfies CircuitBreakerOptions;

/** Those that look at their thresholds after a failure alone. */
function failed({ outcome }: CallContext): boolean {
  return outcome === 'failure';
}

/**
 * The defaults of resilience4j 2: half of the last 100 calls failed, or all took 60 s; 60 s open; then ten calls, and it
 * reopens if at least half of them failed.
 *
 * *Source.* The constants of `CircuitBreakerConfig`, and `CircuitBreakerMetrics` and `HalfOpenState`, in
 * [version 2.4.0](https://github.com/resilience4j/resilience4j/tree/v2.4.0/resilience4j-circuitbreaker/src/main/java/io/github/resilience4j/circuitbreaker).
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
  const probes = 10;
  const decide = ({ successes, failures, slow }: CallContext) => {
    if (successes + failures < probes) return undefined;
    return failures * 2 >= probes || slow >= probes ? 'reopen' : 'close';
  };
  return {
    window: countWindow(100),
    tripper: minRequests(100).and(failureRate(0.5).or(slowRate(1, 60_000))),
    retry: cooldown(60_000),
    // Its permits are not given back when a call ends.
    permit: ({ admitted }) => admitted < probes,
    recovery: Object.assign(decide, { slowAfter: 60_000 }),
    maxProbes: probes,
    probeTimeout: NO_PROBE_TIMEOUT,
  };
}

/**
 * The defaults of Polly 8: a tenth of at least 100 calls within 30 s failed; 5 s open; one probe.
 *
 * *Source.* `CircuitBreakerConstants`, `AdvancedCircuitBehavior` and `CircuitStateController` of
 * [Polly.Core](https://github.com/App-vNext/Polly/tree/main/src/Polly.Core/CircuitBreaker), read in 2026.
 *
 * @example
 * ```ts
 * import { pollyDefaults, scripted, simulate } from 'rxjs-fluxgate/simulate';
 *
 * const noisy = scripted([{ duration: 60_000, rate: 20, failureRate: 0.11 }]);
 * console.log(simulate(noisy, pollyDefaults()).openings[0]?.at); // => 5000
 * ```
 *
 * @see {@link compare}
 */
export function pollyDefaults(): CircuitBreakerOptions {
  return {
    ...ONE_PROBE,
    window: timeWindow(30_000),
    tripper: minRequests(100).and(failureRate(0.1)).and(failed),
    retry: cooldown(5_000),
  };
}

/**
 * The defaults of opossum 9 and 10: more than half of the calls of 10 s failed, however few; 30 s open; one probe. Its time-out
 * of 10 s belongs into the world: `{ timeout: 10_000 }`.
 *
 * *Details.* Its rate is over the calls begun, so calls in flight count among them. After a recovery the calls rejected in
 * the last 10 s count there too, which is left out.
 *
 * *Source.* The constructor and `fail` of
 * [`lib/circuit.js`](https://github.com/nodeshift/opossum/blob/main/lib/circuit.js) of version 10.0.0.
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
  return { ...ONE_PROBE, window: timeWindow(10_000), tripper: moreThanHalfFailed, retry: cooldown(30_000) };
}

function moreThanHalfFailed({ outcome, metric, inFlight }: CallContext): boolean {
  return outcome === 'failure' && metric.failureCount / (metric.totalCount + inFlight) > 0.5;
}

/**
 * The defaults of sony/gobreaker 2: more than five failures in a row; 60 s open; one probe.
 *
 * *Source.* `NewCircuitBreaker` and `defaultReadyToTrip` in
 * [`v2/gobreaker.go`](https://github.com/sony/gobreaker/blob/v2.4.0/v2/gobreaker.go) of version 2.4.0.
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
  return { ...ONE_PROBE, tripper: failureStreak(6), retry: cooldown(60_000) };
}

/**
 * The defaults of Envoy's outlier detection for one host: five responses from 500 in a row; ejected for 30 s, longer by 30 s
 * each time, up to 300 s, until the next sweep, one every 10 s; then all calls at once.
 *
 * *Details.* Left out: that at most a tenth of the hosts is ejected, that the time of ejection gets shorter step by step in
 * times without ejections, and the comparison with other hosts.
 *
 * *Source.* The defaults in
 * [`outlier_detection.proto`](https://github.com/envoyproxy/envoy/blob/main/api/envoy/config/cluster/v3/outlier_detection.proto)
 * and `checkHostForUneject` in
 * [`outlier_detection_impl.cc`](https://github.com/envoyproxy/envoy/blob/main/source/common/upstream/outlier_detection_impl.cc),
 * read in 2026.
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
  const sweep = 10_000;
  const retry: Retry = ({ changedAt, reopens }) => {
    const until = changedAt + Math.min(300_000, 30_000 * (reopens + 1));
    return Math.ceil(until / sweep) * sweep - changedAt;
  };
  const recovery: Recovery = ({ consecutiveFailures, successes }) =>
    consecutiveFailures >= 5 ? 'reopen' : successes > 0 ? 'close' : undefined;
  return {
    tripper: failureStreak(5),
    retry,
    permit: admitAll(),
    recovery,
    // It knows no half-open state: after the wait all calls come in.
    maxProbes: 1_000_000,
    probeTimeout: NO_PROBE_TIMEOUT,
  };
}
