import type { Exemplar } from './sample.ts';

/** Durations in seconds, counted by the bucket that they fall into. */
export class DurationHistogram {
  sum = 0;
  count = 0;
  private readonly _bounds: readonly number[];
  /** One more than there are bounds, for what is above them all. */
  private readonly _counts: Float64Array;
  private _exemplars: (Exemplar | undefined)[] = [];

  /** @param bounds the upper bounds of the buckets, rising */
  constructor(bounds: readonly number[]) {
    this._bounds = bounds;
    this._counts = new Float64Array(bounds.length + 1);
  }

  add(seconds: number): void {
    const bucket = this._toBucket(seconds);
    this._counts[bucket] = (this._counts[bucket] ?? 0) + 1;
    this.sum += seconds;
    this.count++;
  }

  addExemplar(exemplar: Exemplar): void {
    this._exemplars[this._toBucket(exemplar.value)] = exemplar;
  }

  /** The buckets as Prometheus wants them: how many durations were at most so long. */
  *cumulated(): Iterable<readonly [bound: number | '+Inf', count: number, exemplar: Exemplar | undefined]> {
    let count = 0;
    for (const [bucket, own] of this._counts.entries()) {
      count += own;
      yield [this._bounds[bucket] ?? '+Inf', count, this._exemplars[bucket]];
    }
  }

  reset(): void {
    this.sum = 0;
    this.count = 0;
    this._counts.fill(0);
    this._exemplars = [];
  }

  private _toBucket(seconds: number): number {
    const bounds = this._bounds;
    let bucket = 0;
    // Most calls are short; and there are few buckets.
    while (bucket < bounds.length && seconds > (bounds[bucket] ?? Infinity)) bucket++;
    return bucket;
  }
}
