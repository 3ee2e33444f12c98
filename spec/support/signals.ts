import type { Signal } from 'rxjs-fluxgate';
import { metricWith } from './fixtures.ts';

/** A whole signal of the few members that a test is about. */
export function signalOf(signal: Partial<Signal> = {}): Signal {
  return {
    name: 'payments',
    oldState: 'closed',
    newState: 'open',
    timestamp: 0,
    reason: 'tripped',
    detail: 'failureStreak(5): 5 in a row',
    metric: metricWith(),
    retryAt: undefined,
    cause: undefined,
    ...signal,
  };
}
