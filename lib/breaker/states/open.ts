import type { OpenTimer } from '../open-timer.ts';
import type { Parts } from '../parts.ts';
import { BreakerState } from './breaker-state.ts';

/** Rejects every call until its timer is due. */
export class Open extends BreakerState {
  override readonly name = 'open';
  readonly timer: OpenTimer;

  constructor(parts: Parts, changedAt: number, timer: OpenTimer) {
    super(parts, changedAt);
    this.timer = timer;
  }

  override refuses(): boolean {
    return true;
  }

  override leave(): void {
    this.timer.dispose();
  }
}
