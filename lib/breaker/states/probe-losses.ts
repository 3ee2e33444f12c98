/** For how long after a rejection a probe that is unsubscribed counts as lost to it, in ms. */
const LOSS_WINDOW = 100;

/**
 * The rule of groups. Joined calls (`forkJoin`, a guarded call inside a guarded call) end together: the rejection of one
 * unsubscribes the others before they can settle, so the circuit would never come to a verdict. When the losses to one
 * rejection leave no probe in flight, later calls are let in beyond the usual rule, one more than were lost so.
 *
 * Only these losses count. Over a dependency that hangs, other probes stay in flight, and the room does not grow.
 */
export class ProbeLosses {
  /** How many calls have been rejected in this half-open period. */
  rejections = 0;
  private _rejection: object | undefined = undefined;
  private _rejectedAt = 0;
  /** How many probes were lost to each rejection. */
  private readonly _losses = new WeakMap<object, number>();
  /** All probes lost in a way that left none in flight. */
  private _room = 0;

  /** Whether a call comes in without being judged by the usual rule. */
  makeRoom(inFlight: number): boolean {
    return this._room > 0 && inFlight < 1 + this._room;
  }

  /** A call was rejected at `now`, in counted time. */
  rejected(rejection: object, now: number): void {
    this.rejections++;
    this._rejection = rejection;
    this._rejectedAt = now;
  }

  /** A probe was unsubscribed; `rejections` is how many there had been when it was admitted. */
  cancelled(rejections: number, now: number, inFlight: number): void {
    if (!this._rejection || rejections === this.rejections || now - this._rejectedAt > LOSS_WINDOW) return;
    this.lost(this._rejection, inFlight);
  }

  /** A probe was lost to a rejection, and left `inFlight` others. */
  lost(rejection: object, inFlight: number): void {
    const losses = (this._losses.get(rejection) ?? 0) + 1;
    if (inFlight === 0) this._room += losses;
    // Counted once.
    this._losses.set(rejection, inFlight === 0 ? 0 : losses);
  }
}
