import type { Metric } from '../types/metric.ts';
import type { State } from '../types/state.ts';
import { STATES } from '../types/states.ts';
import type { Outage } from './prepare.ts';
import type { InstanceSignal } from './observed.ts';

/**
 * One opening of a circuit: from the signal from closed to open until it closes again.
 *
 * @example
 * ```ts
 * import { failureStreak, never } from 'rxjs-fluxgate';
 * import { scripted, simulate, type OpeningReport } from 'rxjs-fluxgate/simulate';
 *
 * const traffic = scripted([{ duration: 5_000, rate: 10, failureRate: 1 }]);
 * const { openings } = simulate(traffic, { tripper: failureStreak(3), retry: never() });
 * const show = ({ at, until, detail }: OpeningReport) => console.log(at, until, detail);
 * openings.forEach(show); // => 200 undefined failureStreak(3): 3 failures in a row
 * ```
 *
 * @see {@link Report}
 */
export interface OpeningReport {
  /** When it opened, in ms. */
  readonly at: number;
  /** When it closed, in ms; undefined if it did not until the end. */
  readonly until: number | undefined;
  /** The text of the tripper, as in `Signal.detail`. */
  readonly detail: string;
  /** What the window held. */
  readonly metric: Metric;
  /** What tripped it, as in `Signal.cause`. */
  readonly cause: unknown;
  /** How many times it went back to open before it closed. */
  readonly reopens: number;
  /** Whether it began outside of every outage and of the 10 s after each. */
  readonly falseAlarm: boolean;
}

/** For so many ms after an outage an opening may be due to it. */
const AFTERMATH = 10_000;

/** An opening and its reopenings, of one instance. */
export interface TracedOpening extends OpeningReport {
  readonly reopenedAt: readonly number[];
}

/** The openings in the order in which they began. */
export function traceOpenings(signals: readonly InstanceSignal[], outages: readonly Outage[]): TracedOpening[] {
  const openings: { opening: Omit<TracedOpening, 'reopens' | 'falseAlarm' | 'until'>; until: number | undefined }[] =
    [];
  const open = new Map<number, { until: number | undefined; reopenedAt: number[] }>();
  for (const { instance, signal } of signals) {
    const { oldState, newState, timestamp } = signal;
    const current = open.get(instance);
    if (newState === 'open' && oldState === 'half_open') current?.reopenedAt.push(timestamp);
    else if (newState === 'open') {
      const { detail, metric, cause } = signal;
      const reopenedAt: number[] = [];
      const opening = {
        until: undefined as number | undefined,
        reopenedAt,
        opening: { at: timestamp, detail, metric, cause, reopenedAt },
      };
      openings.push(opening);
      open.set(instance, opening);
    } else if (newState === 'closed' && current) {
      current.until = timestamp;
      open.delete(instance);
    }
  }
  return openings.map(({ opening, until }) => {
    const falseAlarm = !outages.some(({ from, to }) => from <= opening.at && opening.at <= to + AFTERMATH);
    return { ...opening, until, reopens: opening.reopenedAt.length, falseAlarm };
  });
}

/** How long the instances were in each state, in ms, all together. */
export function timeInStates(
  signals: readonly InstanceSignal[],
  instances: number,
  from: number,
  to: number,
): Readonly<Record<State, number>> {
  const times = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
  const now = Array.from({ length: instances }, (): { state: State; since: number } => ({
    state: 'closed',
    since: from,
  }));
  for (const { instance, signal } of signals) {
    const last = now[instance]!;
    times[last.state] += signal.timestamp - last.since;
    last.state = signal.newState;
    last.since = signal.timestamp;
  }
  now.forEach(({ state, since }) => (times[state] += to - since));
  return Object.freeze(times);
}
