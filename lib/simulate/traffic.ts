import { checkAtLeast, checkFunction, checkOptions, wrongType } from '../util/check.ts';

/**
 * A stretch of time, in ms.
 *
 * @example
 * ```ts
 * import { scripted, simulate, type Span } from 'rxjs-fluxgate/simulate';
 *
 * const deployment: Span = { from: 5_000, to: 8_000 };
 * const steady = scripted([{ duration: 10_000, rate: 10 }]);
 * console.log(simulate(steady, {}, { outages: [deployment] }).outages[0]?.asked); // => 31
 * ```
 *
 * @see {@link Traffic}
 */
export interface Span {
  /** Its beginning, in ms. */
  readonly from: number;
  /** Its end, in ms, not before `from`. */
  readonly to: number;
}

/**
 * Calls in the order of time, as columns of one length: recorded ones from {@link readTraffic}, made ones from
 * {@link scripted}, or columns of your own.
 *
 * @example
 * ```ts
 * import { failureStreak } from 'rxjs-fluxgate';
 * import { simulate, type Traffic } from 'rxjs-fluxgate/simulate';
 *
 * const traffic: Traffic = {
 *   at: Float64Array.of(0, 1_000, 2_000),
 *   duration: Float64Array.of(20, 20, 20),
 *   status: Uint16Array.of(503, 503, 200),
 *   notes: [],
 * };
 * const { met, lost } = simulate(traffic, { tripper: failureStreak(2) });
 * console.log(met, lost); // => 2 1
 * ```
 *
 * @see {@link simulate}
 */
export interface Traffic {
  /** When each call began, in ms as recorded; never less than the one before. */
  readonly at: Float64Array;
  /** How long each took, in ms; `Infinity` for one that never ended. */
  readonly duration: Float64Array;
  /** The HTTP status of each, or one that stands for how it ended; 0 for no answer. */
  readonly status: Uint16Array;
  /** What the call with index `i` was about, such as a host, unchanged from the record. */
  readonly key?: ((i: number) => string) | undefined;
  /** The bad spells, if they are known. */
  readonly outages?: readonly Span[] | undefined;
  /** Of a script: its whole length. An outage of a script ends just before its `to`. */
  readonly span?: Span | undefined;
  /** How many lines of the record held no call. */
  readonly skipped?: number | undefined;
  /** What a reader must know: clocks that stepped back, durations that are missing. */
  readonly notes: readonly string[];
}

const COLUMNS = ['at', 'duration', 'status', 'key', 'outages', 'span', 'skipped', 'notes'];

/** Throws unless the columns are sorted, of one length, and hold nothing but calls. */
export function checkTraffic(what: string, traffic: Traffic): void {
  if (typeof traffic !== 'object' || (traffic as Traffic | null) === null) {
    throw wrongType(what, 'a Traffic with columns at, duration and status', traffic);
  }
  checkOptions(what, traffic, COLUMNS);
  const { at, duration, status } = traffic;
  if (!(at instanceof Float64Array)) throw wrongType(`${what}.at`, 'a Float64Array', at);
  if (!(duration instanceof Float64Array)) throw wrongType(`${what}.duration`, 'a Float64Array', duration);
  if (!(status instanceof Uint16Array)) throw wrongType(`${what}.status`, 'a Uint16Array', status);
  for (const [name, { length }] of Object.entries({ duration, status })) {
    if (length === at.length) continue;
    throw new RangeError(
      `${what}.${name} must be as long as at (${String(at.length)} calls), got ${String(length)} of them`,
    );
  }
  const { key, skipped, notes } = traffic;
  if (key !== undefined) checkFunction(`${what}.key`, key);
  if (skipped !== undefined) checkAtLeast(`${what}.skipped`, 0, skipped);
  if (!Array.isArray(notes) || notes.some((note) => typeof note !== 'string')) {
    throw wrongType(`${what}.notes`, 'an array of texts', notes);
  }
  let before = -Infinity;
  for (let i = 0; i < at.length; i++) {
    const time = at[i]!;
    if (!(time >= before) || !Number.isFinite(time)) {
      throw new RangeError(
        `${what}.at[${String(i)}] must be a finite number of ms, not before the last, got ${String(time)}`,
      );
    }
    before = time;
    const took = duration[i]!;
    if (!(took >= 0)) {
      throw new RangeError(`${what}.duration[${String(i)}] must be at least 0 ms or Infinity, got ${String(took)}`);
    }
  }
  if (traffic.span !== undefined) checkSpans(`${what}.span`, [traffic.span]);
  if (traffic.outages !== undefined) checkSpans(`${what}.outages`, traffic.outages);
}

/** The spans in the order of time; throws if one is none, or two overlap. */
export function checkSpans(what: string, spans: readonly Span[]): readonly Span[] {
  if (!Array.isArray(spans)) throw wrongType(what, 'an array of { from, to }', spans);
  const sorted = spans.map((span: Partial<Span> | undefined) => {
    const { from, to } = (span as Partial<Span> | null | undefined) ?? {};
    for (const value of [from, to]) {
      if (typeof value !== 'number') throw wrongType(`${what}: from and to`, 'finite numbers of ms', value);
      if (!Number.isFinite(value)) throw new RangeError(`${what}: from and to must be finite, got ${String(value)}`);
    }
    if (to! < from!) {
      throw new RangeError(`${what}: to must not be before from (${String(from)}), got ${String(to)}`);
    }
    return Object.freeze({ from: from!, to: to! });
  });
  sorted.sort((a, b) => a.from - b.from);
  sorted.forEach(({ from }, i) => {
    const before = sorted[i - 1];
    if (before && from < before.to) {
      throw new RangeError(`${what} must not overlap, got one to ${String(before.to)} and one from ${String(from)}`);
    }
  });
  return sorted;
}

/** The first call at or after `time`. */
export function firstFrom(at: Float64Array, time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first call after `time`. */
export function firstAfter(at: Float64Array, time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
