import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';

/** A breaker that the registry keeps. */
export interface Resident {
  readonly key: string;
  readonly breaker: CircuitBreaker;
  lane: Lane;
  older: Resident | undefined;
  newer: Resident | undefined;
}

/**
 * Residents in the order of their last use, as a linked list: every step takes the same time, however many there are.
 * A Map is no queue: taking from its front walks over all that was deleted there.
 */
export class Lane {
  oldest: Resident | undefined;
  size = 0;
  private _newest: Resident | undefined;

  /** Makes it the most recent one. */
  add(resident: Resident): void {
    resident.lane = this;
    resident.older = this._newest;
    resident.newer = undefined;
    if (this._newest) this._newest.newer = resident;
    else this.oldest = resident;
    this._newest = resident;
    this.size++;
  }

  remove(resident: Resident): void {
    const { older, newer } = resident;
    if (older) older.newer = newer;
    else this.oldest = newer;
    if (newer) newer.older = older;
    else this._newest = older;
    resident.older = resident.newer = undefined;
    this.size--;
  }
}
