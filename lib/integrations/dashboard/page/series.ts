import type { State } from '../../../types/state.ts';
import type { Row, Sample } from '../server/messages.ts';

/** What the charts draw; times in seconds, as uPlot wants them. */
export interface Series {
  readonly at: number[];
  /** Each a second. */
  readonly calls: number[];
  readonly failures: number[];
  readonly rejected: number[];
  /** In ms; null where there were no calls. */
  readonly latency: (number | null)[];
  readonly longest: (number | null)[];
  readonly p95: (number | null)[];
}

/** A state, until the next one began; in seconds. */
export interface Band {
  readonly state: State;
  readonly from: number;
}

/**
 * The samples as lines: where there are none for longer than an interval, nothing was called; of the time before the
 * first one nothing is known.
 */
export function seriesOf(samples: readonly Sample[], start: number, now: number, interval: number): Series {
  const series: Series = { at: [], calls: [], failures: [], rejected: [], latency: [], longest: [], p95: [] };
  const rate = 1_000 / interval;
  const add = ([at, calls, failures, rejected, latency, longest, , p95]: Sample): void => {
    series.at.push(at / 1_000);
    series.calls.push(calls * rate);
    series.failures.push(failures * rate);
    series.rejected.push(rejected * rate);
    series.latency.push(latency);
    series.longest.push(longest);
    series.p95.push(p95);
  };
  const addNothing = (at: number): void => add([at, 0, 0, 0, null, null, 'closed', null]);
  let last = Math.max(start, samples[0]?.[0] ?? now);
  for (const sample of samples) {
    const [at] = sample;
    if (at < start) continue;
    if (at - last > 1.5 * interval) {
      addNothing(last + interval);
      addNothing(at - interval);
    }
    add(sample);
    last = at;
  }
  if (now - last > 1.5 * interval) {
    addNothing(last + interval);
    addNothing(now);
  }
  return series;
}

/** The states that a circuit has been in. */
export function bandsOf(samples: readonly Sample[], row: Row): Band[] {
  const bands: Band[] = [];
  for (const [at, , , , , , state] of samples) {
    if (row.since !== null && at > row.since) break;
    if (bands.at(-1)?.state !== state) bands.push({ state, from: at / 1_000 });
  }
  if (row.since !== null && bands.at(-1)?.state !== row.state)
    bands.push({ state: row.state, from: row.since / 1_000 });
  return bands;
}
