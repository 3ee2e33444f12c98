import type { State } from '../types/state.ts';
import type { FleetRecord } from './record.ts';

const VERBS: Readonly<Record<State, string>> = {
  closed: 'closed by the fleet',
  open: 'opened by the fleet',
  forced_open: 'forced open by the fleet',
  disabled: 'disabled by the fleet',
  metrics_only: 'metrics only by the fleet',
  half_open: 'probes for the fleet',
};

/** Returns the `Signal.detail` of a state that the fleet has put a breaker into. */
export function describe({ by, manual, detail }: FleetRecord, state: State): string {
  const what = VERBS[state];
  if (state === 'half_open') return what;
  return manual ? `${what} (${by}): ${detail}` : `${what}: ${detail}`;
}
