import type { Subscription } from 'rxjs';
import { findRejection, isRejectionOf, type CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import { wrongType } from '../../util/check.ts';
import { tryOrReport } from '../../util/report-error.ts';
import { scheduleUnref } from '../../util/schedule-unref.ts';
import { toCallContext, toProbeContext } from '../contexts.ts';
import { explainIfHeld, explainProbes } from '../explain.ts';
import type { Change, Settlement, StateCall } from './breaker-state.ts';
import { ProbeLosses } from './probe-losses.ts';
import { RecordingState } from './recording-state.ts';

/** What a half-open state remembers of a probe in flight. */
interface Probe {
  /** How many calls had been rejected when it was admitted. */
  readonly rejections: number;
  readonly timeout: Subscription;
}

/** Admits a few calls as probes, until the recovery decides. */
export class HalfOpen extends RecordingState {
  override readonly name = 'half_open';
  /** What the permit returned, and the probes admitted by the rule of groups. */
  admitted = 0;
  denied = 0;
  private readonly _probes = new Map<StateCall, Probe>();
  private readonly _losses = new ProbeLosses();
  private _left = false;

  override refuses(): boolean {
    if (this._losses.makeRoom(this.inFlight)) return false;
    const { maxProbes, permit } = this._parts.options;
    if (this.inFlight >= maxProbes) return true;
    const permitted = permit(toProbeContext(this._parts, this));
    if (!permitted) this.denied++;
    // The permit may have made a call itself, which took the last place.
    return !permitted || this.inFlight >= maxProbes;
  }

  override admit(call: StateCall): void {
    const { probeTimeout, scheduler } = this._parts.options;
    super.admit(call);
    try {
      const timeout = scheduleUnref(scheduler, probeTimeout, () => call.timeOut());
      // The clock or the scheduler has given a command, after which the call is an earlier one.
      if (this._left) timeout.unsubscribe();
      else this._probes.set(call, { rejections: this._losses.rejections, timeout });
    } catch (error) {
      call.settled = true;
      this.inFlight--;
      throw error;
    }
    this.admitted++;
  }

  override forget(call: StateCall): void {
    this._remove(call);
  }

  override rejected(rejection: CallNotPermittedError, now: number): void {
    this._losses.rejected(rejection, now);
  }

  override settle(
    call: StateCall,
    settlement: Settlement,
    error: unknown,
    duration: number,
    now: number,
  ): Change | undefined {
    const probe = this._remove(call);
    if (settlement === 'cancelled' && probe) this._losses.cancelled(probe.rejections, now, this.inFlight);
    if (settlement === 'ignored') {
      const rejection = findRejection(error);
      if (rejection && isRejectionOf(this._parts, rejection)) this._losses.lost(rejection, this.inFlight);
    }
    return super.settle(call, settlement, error, duration, now);
  }

  override leave(): void {
    this._left = true;
    for (const { timeout } of this._probes.values()) tryOrReport(() => timeout.unsubscribe());
    this._probes.clear();
  }

  private _remove(call: StateCall): Probe | undefined {
    const probe = this._probes.get(call);
    if (!probe) return undefined;
    this._probes.delete(call);
    tryOrReport(() => probe.timeout.unsubscribe());
    return probe;
  }

  protected override _judge(
    outcome: 'success' | 'failure',
    cause: unknown,
    duration: number,
    now: number,
  ): Change | undefined {
    const { recovery, tripper } = this._parts.options;
    const context = toCallContext(this._parts, this, { outcome, cause, duration, now });
    const verdict: unknown = recovery(context, tripper);
    switch (verdict) {
      case undefined:
        return undefined;
      case 'close':
        return { to: 'closed', reason: 'recovered', detail: explainProbes(context, 'succeeded'), cause: undefined };
      case 'reopen': {
        const detail = explainIfHeld(tripper, context) ?? explainProbes(context, 'failed');
        return { to: 'open', reason: 'tripped', detail, cause };
      }
      default:
        throw wrongType('recovery: what it returns', "'close', 'reopen' or undefined", verdict);
    }
  }
}
