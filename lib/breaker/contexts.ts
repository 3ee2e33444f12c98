import type { CallContext } from '../types/call-context.ts';
import type { Metric } from '../types/metric.ts';
import type { Opening } from '../types/opening.ts';
import type { ProbeContext } from '../types/probe-context.ts';
import type { Parts } from './parts.ts';
import type { BreakerState } from './states/breaker-state.ts';
import { RecordingState, type Recorded } from './states/recording-state.ts';

// What user code is handed, each a copy.

/** The input of a tripper or recovery. A state that records nothing counts as one without calls. */
export function toCallContext({ clock, recorder }: Parts, state: BreakerState, recorded: Recorded): CallContext {
  const counts = state instanceof RecordingState ? state : undefined;
  return {
    metric: recorder.getLearningMetric(recorded.now),
    state: state.name,
    outcome: recorded.outcome,
    cause: recorded.cause,
    duration: recorded.duration,
    consecutiveFailures: counts?.consecutiveFailures ?? 0,
    consecutiveSuccesses: counts?.consecutiveSuccesses ?? 0,
    successes: counts?.successes ?? 0,
    failures: counts?.failures ?? 0,
    slow: counts?.slow ?? 0,
    changedAt: clock.toSchedulerTime(state.changedAt),
    now: clock.toSchedulerTime(recorded.now),
    inFlight: state.inFlight,
  };
}

/** The input of a permit; `changedAt` is in counted time. */
export function toProbeContext(
  { clock, options }: Parts,
  { changedAt, admitted, denied, inFlight }: Omit<ProbeContext, 'now' | 'random'>,
): ProbeContext {
  const now = clock.toSchedulerTime(clock.now());
  return { changedAt: clock.toSchedulerTime(changedAt), now, admitted, denied, inFlight, random: options.random };
}

/** The input of a retry; `changedAt` is in counted time. */
export function toOpening(
  { clock, options }: Parts,
  changedAt: number,
  reopens: number,
  cause: unknown,
  metric: Metric,
): Opening {
  const { random, scheduler } = options;
  return Object.freeze({ changedAt: clock.toSchedulerTime(changedAt), reopens, cause, metric, random, scheduler });
}
