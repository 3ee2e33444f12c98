/**
 * A circuit breaker for RxJS: {@link circuitBreaker} guards an Observable, a {@link CircuitBreaker} holds the state that
 * many pipes share, and windows, trackers, trippers, retries, permits, recoveries and listeners say how it behaves.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate
 */
export { circuitBreaker, type CircuitBreakerConfig } from './operator/circuit-breaker.ts';
export { firstValue } from './operator/first-value.ts';

export { CircuitBreaker } from './breaker/circuit-breaker.ts';
export type { Call } from './breaker/call.ts';
export type { CircuitBreakerOptions } from './breaker/options.ts';

export type { Breakers } from './registry/breakers.ts';
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

export type { CallContext } from './shapes/call-context.ts';
export type { CallEvent } from './shapes/call-event.ts';
export type { CallRecord } from './shapes/call-record.ts';
export type { CircuitBreakerInfo } from './shapes/circuit-breaker-info.ts';
export type { Crossing } from './shapes/crossing.ts';
export type { Metric } from './shapes/metric.ts';
export type { Opening } from './shapes/opening.ts';
export type { Classifier, Outcome } from './shapes/outcome.ts';
export type { ProbeContext } from './shapes/probe-context.ts';
export type { Signal } from './shapes/signal.ts';
export type { State } from './shapes/state.ts';

export { countWindow } from './windows/count-window.ts';
export { metricOf } from './windows/metric-of.ts';
export { timeWindow, type TimeWindowOptions } from './windows/time-window.ts';
export type { SlidingWindow } from './windows/sliding-window.ts';

export { anyError } from './trackers/any-error.ts';
export { errorWhere } from './trackers/error-where.ts';
export { instanceOf, type ErrorClass } from './trackers/instance-of.ts';
export { Tracker, type TrackerLike } from './trackers/tracker.ts';

export { avgLatency } from './trippers/avg-latency.ts';
export { closed } from './trippers/closed.ts';
export { failureRate } from './trippers/failure-rate.ts';
export { failureStreak } from './trippers/failure-streak.ts';
export { halfOpened } from './trippers/half-opened.ts';
export { minRequests } from './trippers/min-requests.ts';
export { slowRate } from './trippers/slow-rate.ts';
export { successStreak } from './trippers/success-streak.ts';
export { Tripper, type TripperLike } from './trippers/tripper.ts';

export { always } from './retries/always.ts';
export { backoff, type BackoffOptions } from './retries/backoff.ts';
export { cooldown, type CooldownOptions } from './retries/cooldown.ts';
export { never } from './retries/never.ts';
export { retryIf, type RetryIfOptions } from './retries/retry-if.ts';
export type { Retry } from './retries/retry.ts';

export { admitAll } from './permits/admit-all.ts';
export { admitRandom } from './permits/admit-random.ts';
export type { Permit } from './permits/permit.ts';
export { rampUp, type RampUpOptions } from './permits/ramp-up.ts';

export { byTripper } from './recoveries/by-tripper.ts';
export { probes, type ProbesOptions } from './recoveries/probes.ts';
export type { Recovery } from './recoveries/recovery.ts';

export type { AsyncListener, Listener } from './listeners/listener.ts';
export type { LogFields } from './listeners/log-fields.ts';
export type { LogFormat } from './listeners/log-format.ts';
export { logListener, type LogLevel, type LogListenerOptions } from './listeners/log-listener.ts';
export { pinoFormat } from './listeners/pino-format.ts';
export { winstonFormat } from './listeners/winston-format.ts';
