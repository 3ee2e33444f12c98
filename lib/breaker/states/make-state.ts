import type { State } from '../../types/state.ts';
import type { OpenTimer } from '../open-timer.ts';
import type { Parts } from '../parts.ts';
import type { BreakerState } from './breaker-state.ts';
import { Closed } from './closed.ts';
import { Disabled } from './disabled.ts';
import { ForcedOpen } from './forced-open.ts';
import { HalfOpen } from './half-open.ts';
import { MetricsOnly } from './metrics-only.ts';
import { Open } from './open.ts';

/** Makes the state of a name; `changedAt` is in counted time. */
export function makeState(to: State, parts: Parts, changedAt: number, makeTimer: () => OpenTimer): BreakerState {
  switch (to) {
    case 'closed':
      return new Closed(parts, changedAt);
    case 'open':
      return new Open(parts, changedAt, makeTimer());
    case 'half_open':
      return new HalfOpen(parts, changedAt);
    case 'metrics_only':
      return new MetricsOnly(parts, changedAt);
    case 'disabled':
      return new Disabled(parts, changedAt);
    case 'forced_open':
      return new ForcedOpen(parts, changedAt);
  }
}
