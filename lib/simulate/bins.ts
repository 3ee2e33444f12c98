import { maxOf } from './extremes.ts';
import { firstFrom } from './traffic.ts';
import type { Observed } from './observed.ts';
import type { Prepared } from './prepare.ts';

/**
 * A short stretch of the timeline of a {@link Report}. The calls that began in it, counted, and how long they took.
 *
 * @example
 * ```ts
 * import { scripted, simulate, type Bin } from 'rxjs-fluxgate/simulate';
 *
 * const { timeline } = simulate(scripted([{ duration: 60_000, rate: 20, latency: { from: 50, to: 250 } }]));
 * const slowest = timeline.reduce((a: Bin, b) => ((a.p99 ?? 0) > (b.p99 ?? 0) ? a : b));
 * console.log(timeline.length, slowest.from > 59_000); // => 400 true
 * ```
 *
 * @see {@link Report}
 */
export interface Bin {
  /** Its beginning, in ms. */
  readonly from: number;
  /** How many calls callers wanted. */
  readonly asked: number;
  /** Good ones let through. */
  readonly good: number;
  /** Bad ones let through. */
  readonly met: number;
  /** Good ones rejected. */
  readonly lost: number;
  /** Bad ones rejected. */
  readonly spared: number;
  /** The median of how long the calls take, let through or not, in ms, at most the time-out of each try; undefined without calls. */
  readonly p50: number | undefined;
  /** The same that 99 of 100 do not exceed. */
  readonly p99: number | undefined;
}

const MOST_BINS = 400;

/** The four fates of calls as counts. */
export interface Counts {
  good: number;
  met: number;
  lost: number;
  spared: number;
}

export function countCalls(bad: Uint8Array, rejected: Uint8Array, begin: number, end: number): Counts {
  const counts = [0, 0, 0, 0] as [number, number, number, number];
  for (let i = begin; i < end; i++) {
    const fate = (bad[i]! | (rejected[i]! << 1)) as 0 | 1 | 2 | 3;
    counts[fate]++;
  }
  const [good, met, lost, spared] = counts;
  return { good, met, lost, spared };
}

/** The timeline of a report, in equal parts. */
export function toBins({ traffic, world, from }: Prepared, observed: Observed): readonly Bin[] {
  const { at } = traffic;
  const { bad, duration, rejected, to } = observed;
  // Where callers react, the durations hold what they really took.
  const patience = world.reaction ? Infinity : world.timeout('closed');
  const width = (to - from) / MOST_BINS;
  const count = width > 0 ? MOST_BINS : 1;
  const bins: Bin[] = [];
  let begin = 0;
  for (let k = 0; k < count; k++) {
    const end = k === count - 1 ? at.length : Math.max(begin, firstFrom(at, from + (k + 1) * width));
    const took = duration.slice(begin, end).sort();
    const quantile = (share: number): number | undefined =>
      took.length === 0 ? undefined : Math.min(patience, took[Math.ceil(share * took.length) - 1]!);
    bins.push(
      Object.freeze({
        from: from + k * width,
        asked: end - begin,
        ...countCalls(bad, rejected, begin, end),
        p50: quantile(0.5),
        p99: quantile(0.99),
      }),
    );
    begin = end;
  }
  return Object.freeze(bins);
}

/** Several bins next to each other as one, with the worst of their durations. */
export function joinBins(bins: readonly Bin[]): Bin {
  const sum = (name: 'asked' | 'good' | 'met' | 'lost' | 'spared'): number =>
    bins.reduce((total, bin) => total + bin[name], 0);
  const worst = (name: 'p50' | 'p99'): number | undefined => {
    const known = bins.flatMap((bin) => (bin[name] === undefined ? [] : [bin[name]]));
    return known.length === 0 ? undefined : maxOf(known);
  };
  return {
    from: bins[0]!.from,
    asked: sum('asked'),
    good: sum('good'),
    met: sum('met'),
    lost: sum('lost'),
    spared: sum('spared'),
    p50: worst('p50'),
    p99: worst('p99'),
  };
}
