import type { Report, Traffic } from 'rxjs-fluxgate/simulate';
import { prepare } from '../../lib/simulate/prepare.ts';
import { startRun } from '../../lib/simulate/start-run.ts';
import { resolveWorld, type Contender, type World } from '../../lib/simulate/world.ts';

/** A call of a record: when it began, how long it took, how it ended. */
export type Row = readonly [at: number, duration: number, status?: number];

export function traffic(rows: readonly Row[], more: Partial<Traffic> = {}): Traffic {
  return {
    at: Float64Array.from(rows, ([at]) => at),
    duration: Float64Array.from(rows, ([, duration]) => duration),
    status: Uint16Array.from(rows, ([, , status = 200]) => status),
    notes: [],
    ...more,
  };
}

/** What a simulation sees of each call, which a report only counts. */
export function observe(given: Traffic, contender: Contender = {}, world: World = {}) {
  const run = startRun(prepare(given, resolveWorld('world', world)), contender);
  run.advance(Infinity);
  return run.observed;
}

/** The signals of a report as `closed → open at 5`. */
export function changes({ signals }: Pick<Report, 'signals'>): string[] {
  return signals.map(({ oldState, newState, timestamp }) => `${oldState} → ${newState} at ${String(timestamp)}`);
}
