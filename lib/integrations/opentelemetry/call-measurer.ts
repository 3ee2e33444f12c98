import type { Histogram } from '@opentelemetry/api';
import type { CallObserver } from '../../registry/observe-calls.ts';
import type { CallEvent } from '../../types/call-event.ts';
import type { State } from '../../types/state.ts';
import { reportError } from '../../util/report-error.ts';
import type { CircuitTotals } from './circuit-totals.ts';

/** Notes a rejection on the active span. */
export type NoteRejection = (name: string, state: State, error: unknown) => void;

/** Counts the calls of a breaker, records how long they took, and notes its rejections, as far as that is wanted. */
export class CallMeasurer implements CallObserver {
  private readonly _totals: CircuitTotals;
  private readonly _durations: Histogram | undefined;
  private readonly _noteRejection: NoteRejection | undefined;

  constructor(totals: CircuitTotals, durations: Histogram | undefined, noteRejection: NoteRejection | undefined) {
    this._totals = totals;
    this._durations = durations;
    this._noteRejection = noteRejection;
  }

  settled(type: CallEvent['type'], state: State, duration: number, error?: unknown): void {
    const total = this._totals.calls[type];
    total.count++;
    try {
      if (type === 'rejected') this._noteRejection?.(this._totals.name, state, error);
      else this._durations?.record(duration / 1_000, total.attributes);
    } catch (thrown) {
      // What an SDK throws must not reach the call.
      reportError(thrown);
    }
  }
}
