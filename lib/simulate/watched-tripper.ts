import { Tripper } from '../components/trippers/tripper.ts';
import type { CallContext } from '../types/call-context.ts';
import { fail, type Faults } from './faults.ts';
import type { Silence } from './silence.ts';

/** Which call is being settled, and to what outage it belongs; below 0 none. */
export interface Settling {
  call: number;
  outage: number;
}

/** The user's tripper, whose conditions are counted while a call of an outage is judged. */
export class WatchedTripper extends Tripper {
  private readonly _tripper: Tripper;
  private readonly _settling: Settling;
  private readonly _faults: Faults;
  /** Its conditions by what they read like: two that read the same are the same. */
  private readonly _leaves: ReadonlyMap<string, Tripper>;
  /** By the index of the outage. */
  private readonly _counts: (Counts | undefined)[] = [];
  private _lastCall = -1;
  private readonly _lastHeld: number[] = [];

  constructor(tripper: Tripper, settling: Settling, faults: Faults) {
    super();
    this._faults = faults;
    this._tripper = tripper;
    this._settling = settling;
    this._leaves = new Map([...(tripper as Tripper & Iterable<Tripper>)].map((leaf) => [String(leaf), leaf]));
  }

  test(context: CallContext): boolean {
    const { outage, call } = this._settling;
    try {
      if (outage >= 0 && context.state === 'closed') this._count(outage, call, context);
      return this._tripper.test(context);
    } catch (error) {
      throw fail('tripper', this._faults, error);
    }
  }

  override explain(context: CallContext): string {
    return this._tripper.explain(context);
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

  private _count(outage: number, call: number, context: CallContext): void {
    const counts = (this._counts[outage] ??= { judged: 0, held: [...this._leaves].map(() => 0), mostCalls: 0 });
    const { held } = counts;
    // A breaker that has just learned a slow threshold judges the same outcome twice.
    const again = call === this._lastCall;
    let i = 0;
    for (const leaf of this._leaves.values()) {
      const holds = leaf.test(context) ? 1 : 0;
      held[i] = held[i]! + holds - (again ? this._lastHeld[i]! : 0);
      this._lastHeld[i++] = holds;
    }
    if (!again) counts.judged++;
    counts.mostCalls = Math.max(counts.mostCalls, context.metric.totalCount);
    this._lastCall = call;
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
