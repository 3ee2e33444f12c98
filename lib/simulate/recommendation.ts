import { minOf } from './extremes.ts';
import type { Combinations } from './grid.ts';
import { findBreaks, measure, sumExcess, type Limits, type Measures } from './limits.ts';
import type { Report } from './report.ts';

/**
 * A configuration that {@link recommend} has tried, or several that came to the same.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { recommend, scripted, type Candidate } from 'rxjs-fluxgate/simulate';
 * import { lastValueFrom } from 'rxjs';
 *
 * const traffic = scripted([{ duration: 10_000, rate: 10 }, { duration: 10_000, failureRate: 1 }]);
 * const grid = {
 *   parameters: { streak: [2, 3] },
 *   build: ({ streak }: { streak: number }) => ({ tripper: failureStreak(streak) }),
 * };
 * const { best } = await lastValueFrom(recommend(traffic, grid));
 * const show = ({ values, met, lost }: Candidate<{ streak: number }>) => console.log(values, met, lost);
 * show(best!); // => { streak: 2 } 4 0
 * ```
 *
 * @see {@link Recommendation}
 */
export interface Candidate<P> {
  /** Its values; of several equal ones those of the one in the middle. */
  readonly values: P;
  /** Of each parameter the values that came to the same. */
  readonly ranges: { readonly [K in keyof P]: readonly P[K][] };
  /** Bad calls let through; of several traffics in the worst. */
  readonly met: number;
  /** Good calls rejected; of several traffics in the worst. */
  readonly lost: number;
  /** A report for each traffic. */
  readonly reports: readonly Report[];
  /** The limits that it breaks. */
  readonly breaks: readonly (keyof Limits)[];
  /** Whether a neighbour in the grid breaks a limit, or is at least 1.5 times as far from the ideal. */
  readonly onTheEdge: boolean;
}

/**
 * What {@link recommend} has found so far.
 *
 * @example
 * ```ts
 * import { scripted, recommend, type Recommendation } from 'rxjs-fluxgate/simulate';
 * import { lastValueFrom } from 'rxjs';
 *
 * const grid = { parameters: { maxProbes: [1, 5] }, build: (values: { maxProbes: number }) => values };
 * const found: Recommendation<{ maxProbes: number }> = await lastValueFrom(
 *   recommend(scripted([{ duration: 1_000, rate: 5 }]), grid),
 * );
 * console.log(found.done, found.total, found.best?.ranges); // => 2 2 { maxProbes: [ 1, 5 ] }
 * ```
 *
 * @see {@link recommend}
 */
export interface Recommendation<P> {
  /** How many configurations have been tried. */
  readonly done: number;
  /** How many there are. */
  readonly total: number;
  /** The one nearest to the ideal of few bad calls let through and few good ones lost; undefined if none keeps the limits. */
  readonly best: Candidate<P> | undefined;
  /** Those that no other is better than in one respect and as good in the other, by good calls lost. */
  readonly front: readonly Candidate<P>[];
  /** If none keeps the limits, the one that breaks them least. */
  readonly nearest: Candidate<P> | undefined;
}

interface Tried {
  readonly index: number;
  readonly measures: Measures;
  readonly breaks: readonly (keyof Limits)[];
  /** Undefined once it can no longer be shown: a wider range of measures may change which of a front is nearest. */
  reports: readonly Report[] | undefined;
}

/** The configurations tried so far; of those that cannot be recommended only the numbers are kept. */
export class Tries<P> {
  private readonly _combinations: Combinations<P>;
  private readonly _limits: Readonly<Record<keyof Limits, number>>;
  private readonly _tried: (Tried | undefined)[] = [];
  private _done = 0;
  private readonly _met = { least: Infinity, most: -Infinity };
  private readonly _lost = { least: Infinity, most: -Infinity };

  constructor(combinations: Combinations<P>, limits: Readonly<Record<keyof Limits, number>>) {
    this._combinations = combinations;
    this._limits = limits;
  }

  add(index: number, reports: readonly Report[]): void {
    const measures = measure(reports);
    this._tried[index] = { index, measures, breaks: findBreaks(measures, this._limits), reports };
    this._done++;
    for (const [range, value] of [
      [this._met, measures.met],
      [this._lost, measures.lost],
    ] as const) {
      range.least = Math.min(range.least, value);
      range.most = Math.max(range.most, value);
    }
  }

  get recommendation(): Recommendation<P> {
    const tried = this._tried.filter((one) => one !== undefined);
    const within = tried.filter(({ breaks }) => breaks.length === 0);
    const front = findFront(within);
    const nearby = within.length === 0 ? findFront(this._findLeastBroken(tried)).map(([first]) => first!) : [];
    const kept = new Set([...front.flat(), ...nearby]);
    for (const one of tried) if (!kept.has(one)) one.reports = undefined;
    const nearest = this._findNearest(nearby);
    const candidates = front.map((equals) => this._toCandidate(equals));
    const distances = front.map(([one]) => this._distanceOf(one!.measures));
    return Object.freeze({
      done: this._done,
      total: this._combinations.total,
      best: candidates[distances.indexOf(minOf(distances))],
      front: Object.freeze(candidates),
      nearest: nearest && this._toCandidate([nearest]),
    });
  }

  /** Those that break the fewest limits, of these the ones with the least excess. Distances change; these never do. */
  private _findLeastBroken(tried: readonly Tried[]): readonly Tried[] {
    const fewest = minOf(tried.map(({ breaks }) => breaks.length));
    const few = tried.filter(({ breaks }) => breaks.length === fewest);
    const excesses = few.map(({ measures }) => sumExcess(measures, this._limits));
    const least = minOf(excesses);
    return few.filter((_, i) => excesses[i] === least);
  }

  /** Of equal distances the first in the grid. */
  private _findNearest(tried: readonly Tried[]): Tried | undefined {
    const ordered = [...tried].sort((a, b) => a.index - b.index);
    const distances = ordered.map(({ measures }) => this._distanceOf(measures));
    return ordered[distances.indexOf(minOf(distances))];
  }

  /** From the least of both over the whole grid, each as a part of its range. */
  private _distanceOf({ met, lost }: Measures): number {
    return Math.hypot(normalise(met, this._met), normalise(lost, this._lost));
  }

  private _toCandidate(equals: readonly Tried[]): Candidate<P> {
    const middle = equals[(equals.length - 1) >> 1]!;
    return Object.freeze({
      values: this._combinations.valuesOf(middle.index),
      ranges: this._combinations.rangesOf(equals.map(({ index }) => index)),
      met: middle.measures.met,
      lost: middle.measures.lost,
      reports: Object.freeze([...(middle.reports ?? [])]),
      breaks: middle.breaks,
      onTheEdge: this._isOnTheEdge(middle),
    });
  }

  private _isOnTheEdge({ index, measures }: Tried): boolean {
    const distance = this._distanceOf(measures);
    return this._combinations.neighboursOf(index).some((neighbour) => {
      const other = this._tried[neighbour];
      if (!other) return false;
      if (other.breaks.length > 0) return true;
      const further = this._distanceOf(other.measures);
      return further > distance && further >= 1.5 * distance;
    });
  }
}

/** Those that no other dominates, by good calls lost; equal ones together, in the order of the grid. */
function findFront(tried: readonly Tried[]): Tried[][] {
  const sorted = [...tried].sort(
    ({ measures: a, index: i }, { measures: b, index: j }) => a.lost - b.lost || a.met - b.met || i - j,
  );
  const front: Tried[][] = [];
  let least = Infinity;
  for (const one of sorted) {
    const { met, lost } = one.measures;
    const last = front.at(-1) ?? [];
    const same = last[0]?.measures;
    if (same?.met === met && same.lost === lost) last.push(one);
    else if (met < least) {
      least = met;
      front.push([one]);
    }
  }
  return front;
}

function normalise(value: number, { least, most }: { least: number; most: number }): number {
  return most > least ? (value - least) / (most - least) : 0;
}
