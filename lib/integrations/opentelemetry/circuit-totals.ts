import type { Attributes } from '@opentelemetry/api';
import type { CircuitView } from '../../registry/circuit-view.ts';
import type { CallEvent } from '../../types/call-event.ts';
import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { tryOrReport } from '../../util/report-error.ts';
import { NAME, NEW_STATE, OLD_STATE, OUTCOME } from './attributes.ts';

type Outcome = CallEvent['type'];

/** A count that only grows, under its attributes, which are made once. */
interface Total {
  readonly attributes: Attributes;
  count: number;
}

/** What the breakers of one name amount to: counted as it happens, or read when metrics are collected. */
export class CircuitTotals {
  readonly name: string;
  readonly breakers = new Set<CircuitView>();
  readonly calls: Readonly<Record<Outcome, Total>>;
  readonly transitions = new Map<string, Total>();

  constructor(name: string) {
    this.name = name;
    const toTotal = (outcome: Outcome): Total => ({ attributes: { [NAME]: name, [OUTCOME]: outcome }, count: 0 });
    this.calls = {
      success: toTotal('success'),
      failure: toTotal('failure'),
      ignored: toTotal('ignored'),
      cancelled: toTotal('cancelled'),
      rejected: toTotal('rejected'),
    };
  }

  /** Whether anything has happened. */
  get counted(): boolean {
    return this.transitions.size > 0 || Object.values(this.calls).some(({ count }) => count > 0);
  }

  addTransition({ oldState, newState }: Signal): void {
    const key = `${oldState} ${newState}`;
    const attributes = { [NAME]: this.name, [OLD_STATE]: oldState, [NEW_STATE]: newState };
    const total = this.transitions.get(key) ?? { attributes, count: 0 };
    total.count++;
    this.transitions.set(key, total);
  }

  /** Reads the breakers; one whose window is broken is reported, and does not count. */
  read(): { states: Record<State, number>; active: number; reopens: number } {
    const states = { closed: 0, open: 0, half_open: 0, metrics_only: 0, disabled: 0, forced_open: 0 };
    let active = 0;
    let reopens = 0;
    for (const breaker of this.breakers) {
      tryOrReport(() => {
        const info = breaker.info();
        states[info.state]++;
        active += info.inFlight;
        reopens = Math.max(reopens, info.reopens);
      });
    }
    return { states, active, reopens };
  }
}
