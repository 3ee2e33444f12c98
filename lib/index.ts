/**
 * A circuit breaker for RxJS: {@link circuitBreaker} guards an Observable, a {@link CircuitBreaker} holds the state that
 * many pipes share, and windows, trackers, trippers, retries, permits, recoveries and listeners say how it behaves.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate
 */
export { circuitBreaker, type CircuitBreakerConfig } from './operator/circuit-breaker.ts';
export { firstValue } from './operator/first-value.ts';
export { guarded, type GuardedOptions, type GuardedValue } from './operator/guarded.ts';

export { CircuitBreaker } from './breaker/circuit-breaker.ts';
export { restore } from './breaker/restore.ts';
export { snapshotOf } from './breaker/snapshot-of.ts';
export type { Call } from './breaker/call.ts';
export type { CircuitBreakerOptions } from './breaker/options.ts';

export type { Breakers } from './registry/breakers.ts';
export type { CircuitView, CircuitViews } from './registry/circuit-view.ts';
export {
  CircuitBreakerRegistry,
  type RegistryConfig,
  type RegistryOptions,
} from './registry/circuit-breaker-registry.ts';

export {
  CallNotPermittedError,
  isCallNotPermitted,
  type CallNotPermittedDetails,
} from './errors/call-not-permitted-error.ts';

export type { BreakerSnapshot } from './types/breaker-snapshot.ts';
export type { CallContext } from './types/call-context.ts';
export type { CallEvent } from './types/call-event.ts';
export type { CallRecord } from './types/call-record.ts';
export type { CircuitBreakerInfo } from './types/circuit-breaker-info.ts';
export type { Metric } from './types/metric.ts';
export type { Opening } from './types/opening.ts';
export type { Classifier, Outcome } from './types/outcome.ts';
export type { ProbeContext } from './types/probe-context.ts';
export type { Signal } from './types/signal.ts';
export type { State } from './types/state.ts';

export { countWindow } from './components/windows/count-window.ts';
export { metricOf } from './components/windows/metric-of.ts';
export { timeWindow, type TimeWindowOptions } from './components/windows/time-window.ts';
export type { SlidingWindow } from './components/windows/sliding-window.ts';

export { anyError } from './components/trackers/any-error.ts';
export { errorWhere } from './components/trackers/error-where.ts';
export { instanceOf, type ErrorClass } from './components/trackers/instance-of.ts';
export { Tracker, type TrackerLike } from './components/trackers/tracker.ts';

export { avgLatency } from './components/trippers/avg-latency.ts';
export { closed } from './components/trippers/closed.ts';
export { failureCount } from './components/trippers/failure-count.ts';
export { failureRate } from './components/trippers/failure-rate.ts';
export { failureStreak } from './components/trippers/failure-streak.ts';
export { halfOpened } from './components/trippers/half-opened.ts';
export { minRequests } from './components/trippers/min-requests.ts';
export { slowRate } from './components/trippers/slow-rate.ts';
export { successStreak } from './components/trippers/success-streak.ts';
export { Tripper, type TripperLike } from './components/trippers/tripper.ts';

export { always } from './components/retries/always.ts';
export { backoff, type BackoffOptions } from './components/retries/backoff.ts';
export { cooldown, type CooldownOptions } from './components/retries/cooldown.ts';
export { never } from './components/retries/never.ts';
export { retryIf, type RetryIfOptions } from './components/retries/retry-if.ts';
export type { Retry } from './components/retries/retry.ts';

export { admitAll } from './components/permits/admit-all.ts';
export { admitRandom } from './components/permits/admit-random.ts';
export type { Permit } from './components/permits/permit.ts';
export { rampUp, type RampUpOptions } from './components/permits/ramp-up.ts';

export { byTripper } from './components/recoveries/by-tripper.ts';
export { probes, type ProbesOptions } from './components/recoveries/probes.ts';
export type { Recovery } from './components/recoveries/recovery.ts';

export type { AsyncListener, Listener } from './components/listeners/listener.ts';
export type { LogFields } from './components/listeners/log-fields.ts';
export type { LogFormat } from './components/listeners/log-format.ts';
export { logListener, type LogLevel, type LogListenerOptions } from './components/listeners/log-listener.ts';
export { pinoFormat } from './components/listeners/pino-format.ts';
export { winstonFormat } from './components/listeners/winston-format.ts';
