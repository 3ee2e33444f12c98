import type { Subscription } from 'rxjs';
import type { State } from '../types/state.ts';
import type { PendingRetry } from './pending-retry.ts';

/**
 * One stay in a state. A call belongs to the epoch that admitted it, and what becomes of it matters to no other.
 */
export type Epoch = PlainEpoch | MetricsOnlyEpoch | OpenEpoch | HalfOpenEpoch;

export interface PlainEpoch extends Counts {
  readonly state: Exclude<State, 'open' | 'half_open' | 'metrics_only'>;
}

export interface MetricsOnlyEpoch extends Counts {
  readonly state: 'metrics_only';
  /** Whether the tripper held when it was last asked. */
  wouldTrip: boolean;
}

export interface OpenEpoch extends Counts {
  readonly state: 'open';
  readonly retry: PendingRetry;
}

export interface HalfOpenEpoch extends Counts {
  readonly state: 'half_open';
  /** What the permit has answered. */
  admitted: number;
  denied: number;
  /** The time-outs of its probes. */
  readonly timers: Subscription;
}

export interface Counts {
  /** When the state was entered, in counted time. */
  readonly changedAt: number;
  /** Unsettled calls; while half-open, the places taken. */
  inFlight: number;
  successes: number;
  failures: number;
  consecutiveSuccesses: number;
  consecutiveFailures: number;
}

export function newEpoch<S extends State>(state: S, changedAt: number): Counts & { readonly state: S } {
  // Written out rather than spread, which would make each of them half as large again.
  return {
    state,
    changedAt,
    inFlight: 0,
    successes: 0,
    failures: 0,
    consecutiveSuccesses: 0,
    consecutiveFailures: 0,
  };
}

export function count(counts: Counts, outcome: 'success' | 'failure'): void {
  if (outcome === 'success') {
    counts.successes++;
    counts.consecutiveSuccesses++;
    counts.consecutiveFailures = 0;
  } else {
    counts.failures++;
    counts.consecutiveFailures++;
    counts.consecutiveSuccesses = 0;
  }
}
