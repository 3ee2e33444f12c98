import type { Circuit } from './circuit.ts';
import type { Clock } from './clock.ts';
import { toOpening } from './contexts.ts';
import { toFrozenMetric } from './copied-metric.ts';
import type { Counts, Tally } from './membership.ts';
import { askRetry, type Wait } from './open-timer.ts';
import type { BreakerState } from './states/breaker-state.ts';

// For a fleet. A state is known by its name, because the circuit may be of another copy of the package.

/** What a state has recorded; nothing, if it records nothing. */
export function getCounts(state: Partial<Counts>): Counts {
  const { successes = 0, failures = 0 } = state;
  return { successes, failures };
}

export function getTally({ clock, state, rejected }: Circuit): Tally {
  const { successes, failures } = getCounts(state as Partial<Counts>);
  return { successes, failures, inFlight: state.inFlight, rejected, left: getLeft(clock, state) };
}

function getLeft(clock: Clock, state: BreakerState): number | undefined {
  const { timer } = state;
  if (!timer) return 0;
  return timer.isSilent ? undefined : Math.max(0, timer.dueAt - clock.now());
}

/** Asks the retry about an opening that is not this circuit's own. */
export function askRetryFor(circuit: Circuit, reopens: number): Wait {
  const { clock, options, recorder } = circuit;
  const now = clock.now();
  const metric = toFrozenMetric(recorder.getMetric(now));
  return askRetry(options.retry, toOpening(circuit, now, reopens, undefined, metric));
}
