import type { Outage } from './prepare.ts';

/** Finds the outage of a call; quick for one that is near the last one asked for. */
export class OutageCursor {
  private readonly _outages: readonly Outage[];
  private _last = 0;

  constructor(outages: readonly Outage[]) {
    this._outages = outages;
  }

  /** The index of the outage that holds call `i`, or -1. */
  at(i: number): number {
    const outages = this._outages;
    if (outages.length === 0) return -1;
    let k = this._last;
    while (k > 0 && i < outages[k]!.begin) k--;
    while (k < outages.length - 1 && i >= outages[k]!.end) k++;
    this._last = k;
    const { begin, end } = outages[k]!;
    return begin <= i && i < end ? k : -1;
  }
}
