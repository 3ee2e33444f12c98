import { ValueType, type Counter, type Histogram, type Meter } from '@opentelemetry/api';
import type { CallEvent } from '../../types/call-event.ts';
import type { Signal } from '../../types/signal.ts';
import { NAME, NEW_STATE, OLD_STATE, OUTCOME } from './attributes.ts';

/** Those that the semantic conventions advise for the durations of HTTP requests, so that both can be compared. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** What is counted as it happens. */
export class CountedInstruments {
  readonly #transitions: Counter;
  readonly #calls: Counter;
  readonly #duration: Histogram;

  constructor(meter: Meter) {
    this.#transitions = meter.createCounter('circuit_breaker.transitions', {
      description: 'State changes.',
      unit: '{transition}',
      valueType: ValueType.INT,
    });
    this.#calls = meter.createCounter('circuit_breaker.calls', {
      description: 'Calls that have settled, and calls that were rejected.',
      unit: '{call}',
      valueType: ValueType.INT,
    });
    this.#duration = meter.createHistogram('circuit_breaker.call.duration', {
      description: 'How long calls took that were let through.',
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
  }

  addTransition({ name, oldState, newState }: Signal): void {
    this.#transitions.add(1, { [NAME]: name, [OLD_STATE]: oldState, [NEW_STATE]: newState });
  }

  addCall({ name, type, duration }: CallEvent): void {
    const attributes = { [NAME]: name, [OUTCOME]: type };
    this.#calls.add(1, attributes);
    if (type !== 'rejected') this.#duration.record(duration / 1_000, attributes);
  }
}
