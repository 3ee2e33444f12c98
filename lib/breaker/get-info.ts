import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Circuit } from './circuit.ts';
import { toCallContext } from './contexts.ts';
import { toFrozenMetric } from './copied-metric.ts';
import { explain } from './explain.ts';

/** A circuit at this moment, frozen. Reading it changes nothing. */
export function getInfo(circuit: Circuit): CircuitBreakerInfo {
  const { clock, options, recorder } = circuit;
  // Read first, because a step back moves all times.
  const now = clock.now();
  const { state, reopens, rejected, ignored, retryAt, lastSignal } = circuit;
  // As if a success had just been recorded, because a tripper is asked after each outcome.
  const context = toCallContext(circuit, state, { outcome: 'success', cause: undefined, duration: 0, now });
  return Object.freeze({
    name: options.name,
    state: state.name,
    changedAt: clock.toSchedulerTime(state.changedAt),
    reopens,
    metric: toFrozenMetric(recorder.getMetric(now)),
    inFlight: state.inFlight,
    rejected,
    ignored,
    retryAt,
    detail: explain(options.tripper, context),
    lastSignal,
  });
}
