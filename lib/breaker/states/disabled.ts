import { BreakerState } from './breaker-state.ts';

/** Admits every call and records none. */
export class Disabled extends BreakerState {
  override readonly name = 'disabled';
}
