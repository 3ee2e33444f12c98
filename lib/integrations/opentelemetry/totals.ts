import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import type { State } from '../../types/state.ts';
import { tryOrReport } from '../../util/report-error.ts';

/** What the breakers of one name amount to, because a name need not be theirs alone. */
export interface Total {
  /** How many of them are in each state. */
  readonly states: Record<State, number>;
  /** The sum of their calls in flight. */
  active: number;
  /** The most reopens of any. */
  reopens: number;
}

/** Of breakers that are gone. */
export function emptyTotal(): Total {
  const states = { closed: 0, open: 0, half_open: 0, metrics_only: 0, disabled: 0, forced_open: 0 };
  return { states, active: 0, reopens: 0 };
}

/** The breakers now, by name; one whose window is broken is reported, and holds up no other. */
export function totalsOf(breakers: Iterable<CircuitBreaker>): Map<string, Total> {
  const totals = new Map<string, Total>();
  for (const breaker of breakers) {
    tryOrReport(() => {
      const { name, state, inFlight, reopens } = breaker.info();
      const total = totals.get(name) ?? emptyTotal();
      total.states[state]++;
      total.active += inFlight;
      total.reopens = Math.max(total.reopens, reopens);
      totals.set(name, total);
    });
  }
  return totals;
}
