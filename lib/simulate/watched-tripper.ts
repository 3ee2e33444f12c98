import { Tripper } from '../components/trippers/tripper.ts';
import type { CallContext } from '../types/call-context.ts';
import type { Readings } from '../types/readings.ts';
import { fail, watch, type Faults } from './faults.ts';
import type { Silence } from './silence.ts';

/** The call that is being settled: the index of its outage, below 0 if it is of none. */
export interface Settling {
  outage: number;
}

/** The user's tripper, whose conditions are counted while a call of an outage is judged. */
export class WatchedTripper extends Tripper {
  /** Live counts are read without a copy, if the tripper is one of the package. */
  override readonly _holds: ((readings: Readings) => boolean) | undefined;
  private readonly _tripper: Tripper;
  private readonly _settling: Settling;
  private readonly _faults: Faults;
  /** Its conditions by what they read like: two that read the same are the same. */
  private readonly _leaves: ReadonlyMap<string, Tripper>;
  /** By the index of the outage. */
  private readonly _counts: (Counts | undefined)[] = [];

  constructor(tripper: Tripper, settling: Settling, faults: Faults) {
    super();
    this._faults = faults;
    this._tripper = tripper;
    this._settling = settling;
    this._leaves = new Map([...(tripper as Tripper & Iterable<Tripper>)].map((leaf) => [String(leaf), leaf]));
    const holds = tripper._holds;
    this._holds =
      holds &&
      ((readings) => {
        if (settling.outage >= 0 && readings.state === 'closed') {
          this._count(settling.outage, readings, (leaf) => leaf._holds!(readings));
        }
        return holds(readings);
      });
  }

  test(context: CallContext): boolean {
    const { outage } = this._settling;
    try {
      if (outage >= 0 && context.state === 'closed') this._count(outage, context, (leaf) => leaf.test(context));
      return this._tripper.test(context);
    } catch (error) {
      fail('tripper', this._faults, error);
      return false;
    }
  }

  override explain(context: CallContext): string {
    return watch('tripper', this._faults, () => this._tripper.explain(context), '');
  }

  override [Symbol.iterator](): Iterator<Tripper> {
    return this._tripper[Symbol.iterator]();
  }

  override toString(): string {
    return String(this._tripper);
  }

  /** What was counted in an outage; undefined if nothing was judged in it. */
  countsOf(outage: number): Silence | undefined {
    const counts = this._counts[outage];
    if (!counts) return undefined;
    const held = new Map([...this._leaves.keys()].map((text, i) => [text, counts.held[i]!]));
    return { judged: counts.judged, held, mostCalls: counts.mostCalls };
  }

  /** What none of the conditions was asked about. */
  get nothing(): Silence {
    return { judged: 0, held: new Map([...this._leaves.keys()].map((text) => [text, 0])), mostCalls: 0 };
  }

  private _count(outage: number, { metric }: Readings, holds: (leaf: Tripper) => boolean): void {
    const counts = (this._counts[outage] ??= { judged: 0, held: [...this._leaves].map(() => 0), mostCalls: 0 });
    let i = 0;
    for (const leaf of this._leaves.values()) {
      if (holds(leaf)) counts.held[i]!++;
      i++;
    }
    counts.judged++;
    if (metric.totalCount > counts.mostCalls) counts.mostCalls = metric.totalCount;
  }
}

interface Counts {
  judged: number;
  readonly held: number[];
  mostCalls: number;
}

/** The counts of several instances as one. */
export function mergeSilences(trippers: readonly WatchedTripper[], outage: number): Silence {
  const held = new Map<string, number>();
  let judged = 0;
  let mostCalls = 0;
  for (const tripper of trippers) {
    const counts = tripper.countsOf(outage) ?? tripper.nothing;
    judged += counts.judged;
    mostCalls = Math.max(mostCalls, counts.mostCalls);
    for (const [text, count] of counts.held) held.set(text, (held.get(text) ?? 0) + count);
  }
  return Object.freeze({ judged, held, mostCalls });
}
