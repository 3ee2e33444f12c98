/** Steps within each power of two: a quantile is at most an eighth too high. */
const STEPS = 8;
const STEP_BITS = 3;

/** Up to 2³¹ ms. */
const BUCKETS = (31 - STEP_BITS + 1) * STEPS;

/** The durations of an interval, in buckets that grow with them: to add one is a few additions, whatever came before. */
export class Durations {
  /** Made for the first one: of many circuits few are called. */
  private _counts: Uint32Array | undefined;
  private _total = 0;

  /** @param duration in ms */
  add(duration: number): void {
    this._counts ??= new Uint32Array(BUCKETS);
    const bucket = toBucket(duration);
    this._counts[bucket] = (this._counts[bucket] ?? 0) + 1;
    this._total++;
  }

  /**
   * Returns the upper bound in ms of the bucket that holds a quantile; undefined if there are no durations.
   *
   * @param quantile 0..1
   */
  quantile(quantile: number): number | undefined {
    if (!this._counts || this._total === 0) return undefined;
    let left = Math.ceil(this._total * quantile);
    const bucket = this._counts.findIndex((count) => (left -= count) <= 0);
    return toUpperBound(bucket);
  }

  clear(): void {
    if (this._total === 0) return;
    this._counts?.fill(0);
    this._total = 0;
  }
}

function toBucket(duration: number): number {
  const ms = Math.min(Math.ceil(duration), 0x7fff_ffff);
  if (ms < STEPS) return ms;
  const power = 31 - Math.clz32(ms);
  return (power - STEP_BITS + 1) * STEPS + ((ms >> (power - STEP_BITS)) & (STEPS - 1));
}

function toUpperBound(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const shift = Math.floor(bucket / STEPS) - 1;
  return (STEPS + (bucket % STEPS) + 1) * 2 ** shift - 1;
}
