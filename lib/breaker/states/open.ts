import { BreakerState } from './breaker-state.ts';

/** Rejects every call until its timer is due. */
export class Open extends BreakerState {
  override readonly name = 'open';

  override refuses(): boolean {
    return true;
  }
}
