import { asyncScheduler } from 'rxjs';
import {
  metricOf,
  type CallContext,
  type CallRecord,
  type Metric,
  type Opening,
  type ProbeContext,
} from 'rxjs-fluxgate';

/** The shapes that components are handed, whole, of the few members that a test is about. */

export function recordOf(record: Partial<CallRecord> = {}): CallRecord {
  return { success: true, duration: 0, slowAt: [], timestamp: 0, ...record };
}

interface Counts {
  calls: number;
  failures: number;
  duration: number;
  slow: Record<number, number>;
}

export function metricWith({ calls = 0, failures = 0, duration = 0, slow = {} }: Partial<Counts> = {}): Metric {
  const slowCounts = new Map(Object.entries(slow).map(([threshold, count]) => [Number(threshold), count]));
  return metricOf({ totalCount: calls, failureCount: failures, totalDuration: duration, slowCounts });
}

export function contextOf(context: Partial<CallContext> = {}): CallContext {
  return {
    metric: metricWith(),
    state: 'closed',
    outcome: 'failure',
    cause: undefined,
    duration: 0,
    consecutiveFailures: 0,
    consecutiveSuccesses: 0,
    successes: 0,
    failures: 0,
    slow: 0,
    changedAt: 0,
    now: 0,
    inFlight: 0,
    ...context,
  };
}

export function openingOf(opening: Partial<Opening> = {}): Opening {
  return {
    changedAt: 0,
    reopens: 0,
    cause: undefined,
    metric: metricWith(),
    random: () => 0.5,
    scheduler: asyncScheduler,
    ...opening,
  };
}

export function probeOf(probe: Partial<ProbeContext> = {}): ProbeContext {
  return { changedAt: 0, now: 0, admitted: 0, denied: 0, inFlight: 0, random: () => 0.5, ...probe };
}
