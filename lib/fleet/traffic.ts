import type { Counts, Tally } from '../breaker/membership.ts';

/** What the tally of a breaker shows of its calls: whether callers were rejected of late, and whether it probes. */
export class Traffic {
  private _rejected: number;
  private _rejectedAt = -Infinity;
  /** Whether a call has made the breaker half-open since the lease was taken, and the outcomes that it had then. */
  private _entered = false;
  private _outcomes = 0;

  constructor({ rejected }: Tally) {
    this._rejected = rejected;
  }

  /** Whether a call was rejected within the last `lifetime` ms. */
  hasDemand({ rejected }: Tally, now: number, lifetime: number): boolean {
    if (rejected !== this._rejected) this._rejectedAt = now;
    this._rejected = rejected;
    return now - this._rejectedAt <= lifetime;
  }

  /** Whether there were probes since the lease was last taken or renewed. */
  isProbing(tally: Tally): boolean {
    return this._entered || tally.inFlight > 0 || countOutcomes(tally) !== this._outcomes;
  }

  /** The breaker has entered a state by itself, half-open perhaps. */
  enter(halfOpen: boolean): void {
    this._entered = halfOpen;
  }

  /** The breaker counts outcomes from zero again. */
  restart(): void {
    this._outcomes = 0;
  }

  /** The probes until now are accounted for. */
  forgetProbes(tally: Counts): void {
    this._entered = false;
    this._outcomes = countOutcomes(tally);
  }
}

function countOutcomes({ successes, failures }: Counts): number {
  return successes + failures;
}
