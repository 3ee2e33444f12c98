import type { Metric } from '../../types/metric.ts';
import type { Readings } from '../../types/readings.ts';
import type { State } from '../../types/state.ts';
import { BreakerState, type Change, type Settlement, type StateCall } from './breaker-state.ts';

/** A recorded outcome, with what a tripper or a recovery may ask about the call. */
export interface Recorded {
  readonly outcome: 'success' | 'failure';
  readonly cause: unknown;
  readonly duration: number;
  readonly now: number;
}

/** A state that records the outcomes of its calls, and counts them for as long as it lasts. */
export abstract class RecordingState extends BreakerState implements Readings {
  successes = 0;
  failures = 0;
  slow = 0;
  consecutiveSuccesses = 0;
  consecutiveFailures = 0;
  /** The live counts of the window, while a tripper of the package reads them. */
  declare metric: Metric;

  get state(): State {
    return this.name;
  }

  override settle(
    _call: StateCall,
    settlement: Settlement,
    error: unknown,
    duration: number,
    now: number,
  ): Change | undefined {
    if (settlement !== 'success' && settlement !== 'failure') return undefined;
    this._parts.recorder.record(settlement === 'success', duration, now);
    if (settlement === 'success') {
      this.successes++;
      this.consecutiveSuccesses++;
      this.consecutiveFailures = 0;
    } else {
      this.failures++;
      this.consecutiveFailures++;
      this.consecutiveSuccesses = 0;
    }
    const { slowAfter } = this._parts.options.recovery;
    if (slowAfter !== undefined && duration >= slowAfter) this.slow++;
    // An error that counts as a success caused nothing.
    return this._judge(settlement, settlement === 'failure' ? error : undefined, duration, now);
  }

  /** Decides what a recorded outcome leads to. */
  protected abstract _judge(
    outcome: 'success' | 'failure',
    cause: unknown,
    duration: number,
    now: number,
  ): Change | undefined;
}
