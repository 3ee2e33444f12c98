import type { Signal } from '../../../types/signal.ts';
import type { State } from '../../../types/state.ts';
import type { Tripped } from './messages.ts';
import { toPlainText } from './plain-text.ts';

/** The states in which calls are rejected; half-open goes on with what was before. */
const REJECTING: ReadonlySet<State> = new Set<State>(['open', 'forced_open']);

/** Since when and why a circuit rejects calls, across its reopenings. */
export class Trouble {
  private _since: number | undefined;
  private _reason = '';
  private _tripped: Tripped | null = null;

  get now(): { readonly since: number; readonly reason: string; readonly tripped: Tripped | null } | null {
    if (this._since === undefined) return null;
    return { since: this._since, reason: this._reason, tripped: this._tripped };
  }

  note({ newState, timestamp, reason, detail, metric }: Signal): void {
    if (!REJECTING.has(newState)) {
      if (newState !== 'half_open') this._since = undefined;
      return;
    }
    if (this._since === undefined) {
      this._since = timestamp;
      this._reason = toPlainText(detail);
      this._tripped = null;
    }
    if (reason !== 'tripped') return;
    const { totalCount, failureCount, avgDuration } = metric;
    this._tripped = { calls: totalCount, failures: failureCount, latency: toMs(avgDuration) };
  }
}

function toMs(duration: number | undefined): number | null {
  return duration === undefined ? null : Math.round(duration);
}
