import type { CallObserver } from '../../registry/observe-calls.ts';
import type { CallEvent } from '../../types/call-event.ts';
import type { State } from '../../types/state.ts';
import { tryOrReport } from '../../util/report-error.ts';
import type { CircuitStats } from './circuit-stats.ts';
import type { ExemplarCall, ExposeMetricsOptions } from './expose-metrics.ts';
import type { Labels } from './sample.ts';

/** In characters of all names and values: the limit of OpenMetrics. */
const MAX_LABELS = 128;

/** Counts calls, and notes the labels that a function gives to them as exemplars. */
export class ExemplarObserver implements CallObserver {
  private readonly _name: string;
  private readonly _stats: CircuitStats;
  private readonly _toLabels: NonNullable<ExposeMetricsOptions['exemplarLabels']>;

  constructor(name: string, stats: CircuitStats, toLabels: NonNullable<ExposeMetricsOptions['exemplarLabels']>) {
    this._name = name;
    this._stats = stats;
    this._toLabels = toLabels;
  }

  settled(type: CallEvent['type'], state: State, duration: number): void {
    this._stats.settled(type, state, duration);
    if (type === 'success' || type === 'failure') {
      // It must not throw into the call.
      tryOrReport(() => this._addExemplar({ name: this._name, outcome: type, duration }));
    }
  }

  private _addExemplar(call: ExemplarCall): void {
    const labels = this._toLabels(call);
    if (labels === undefined) return;
    checkLength(labels);
    this._stats.addExemplar(call.outcome, call.duration, labels);
  }
}

function checkLength(labels: Labels): void {
  const length = Object.entries(labels).join('').length;
  if (length <= MAX_LABELS) return;
  throw new RangeError(
    `exposeMetrics: exemplarLabels must return at most ${String(MAX_LABELS)} characters, got ${String(length)}`,
  );
}
