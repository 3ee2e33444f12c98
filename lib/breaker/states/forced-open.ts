import { BreakerState } from './breaker-state.ts';

/** Rejects every call until a command. */
export class ForcedOpen extends BreakerState {
  override readonly name = 'forced_open';

  override refuses(): boolean {
    return true;
  }
}
