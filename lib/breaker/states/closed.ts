import type { Metric } from '../../types/metric.ts';
import { toCallContext } from '../contexts.ts';
import { explain } from '../explain.ts';
import type { Change } from './breaker-state.ts';
import { RecordingState, type Recorded } from './recording-state.ts';

/** Admits and records every call, until the tripper holds. */
export class Closed extends RecordingState {
  override readonly name = 'closed';

  protected override _judge(
    outcome: 'success' | 'failure',
    cause: unknown,
    duration: number,
    now: number,
  ): Change | undefined {
    const { tripper } = this._parts.options;
    const live = tripper._holds && this._parts.recorder.live;
    if (live) {
      // Nearly all calls end here: without a context and its copies, if the tripper and the window are the package's.
      if (tripper._onlyInTrouble && isCalm(live)) return undefined;
      this.metric = live;
      if (!tripper._holds(this)) return undefined;
    }
    return this._trip({ outcome, cause, duration, now }, live !== undefined);
  }

  /** Opens the circuit if the tripper holds, which is asked unless that is known. */
  private _trip(recorded: Recorded, holds: boolean): Change | undefined {
    const { tripper } = this._parts.options;
    const context = toCallContext(this._parts, this, recorded);
    if (!holds && !tripper.test(context)) return undefined;
    return { to: 'open', reason: 'tripped', detail: explain(tripper, context), cause: recorded.cause };
  }

  override forgetStreaks(): void {
    this.consecutiveFailures = 0;
    this.consecutiveSuccesses = 0;
  }
}

/** Whether nothing has failed or was slow of late; then there is no streak of failures either. */
function isCalm({ failureCount, slowCounts }: Metric): boolean {
  return failureCount === 0 && slowCounts.size === 0;
}
