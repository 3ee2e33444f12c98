import { asyncScheduler } from 'rxjs';
import type { CallObserver } from '../../registry/observe-calls.ts';
import type { CallEvent } from '../../types/call-event.ts';
import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { DurationHistogram } from './duration-histogram.ts';
import type { Labels } from './sample.ts';

/** The transitions of a circuit without commands. The series of others begin with their first one. */
const USUAL_TRANSITIONS: readonly (readonly [State, State])[] = [
  ['closed', 'open'],
  ['open', 'half_open'],
  ['half_open', 'open'],
  ['half_open', 'closed'],
];

/** How many transitions led from one state to another. */
export interface Transitions {
  readonly from: State;
  readonly to: State;
  count: number;
}

/**
 * What has happened to the breakers of one name, counted as it happens and collected at each scrape. A call costs two
 * additions and a search in the buckets.
 */
export class CircuitStats implements CallObserver {
  readonly calls: Record<CallEvent['type'], number> = {
    success: 0,
    failure: 0,
    ignored: 0,
    cancelled: 0,
    rejected: 0,
  };
  /** The outcomes whose durations say something of the dependency: those that the breaker records. */
  readonly durations: { readonly success: DurationHistogram; readonly failure: DurationHistogram };
  readonly transitions = new Map<string, Transitions>();
  /** How many breakers have the name now; with none the series go at the next scrape. */
  breakers = 0;

  constructor(bounds: readonly number[]) {
    this.durations = { success: new DurationHistogram(bounds), failure: new DurationHistogram(bounds) };
    for (const [from, to] of USUAL_TRANSITIONS) this._transition(from, to);
  }

  settled(type: CallEvent['type'], _state: State, duration: number): void {
    this.calls[type]++;
    if (type === 'success' || type === 'failure') this.durations[type].add(duration / 1_000);
  }

  /** Notes the call that was counted last as an example of its bucket. */
  addExemplar(type: 'success' | 'failure', duration: number, labelSet: Labels): void {
    const timestamp = asyncScheduler.now() / 1_000;
    this.durations[type].addExemplar({ labelSet, value: duration / 1_000, timestamp });
  }

  addTransition({ oldState, newState }: Signal): void {
    this._transition(oldState, newState).count++;
  }

  resetCalls(): void {
    for (const type of Object.keys(this.calls) as CallEvent['type'][]) this.calls[type] = 0;
  }

  resetDurations(): void {
    this.durations.success.reset();
    this.durations.failure.reset();
  }

  resetTransitions(): void {
    for (const transitions of this.transitions.values()) transitions.count = 0;
  }

  private _transition(from: State, to: State): Transitions {
    const key = `${from} ${to}`;
    const known = this.transitions.get(key);
    if (known) return known;
    const added = { from, to, count: 0 };
    this.transitions.set(key, added);
    return added;
  }
}
