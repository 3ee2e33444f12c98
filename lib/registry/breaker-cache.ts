import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import { isInUse } from '../breaker/is-in-use.ts';
import { Lane, type Resident } from './lane.ts';
import { RecentKeys } from './recent-keys.ts';

/** How many breakers of a lane are looked at for a new key, so that one costs the same in a registry of any size. */
const MAX_LOOKS = 4;

/** The part of the bound for keys asked for more than once; the rest is left to new ones, which may become such. */
const OFTEN_SHARE = 0.8;

/** The part of it that such keys have even if breakers in use take all the rest. */
const OFTEN_MINIMUM = 0.2;

/** How many evicted keys are remembered, for each that is kept. */
const REMEMBERED = 16;

/**
 * The breakers by their keys, at most so many: a segmented LRU that remembers what it has evicted (as 2Q does), so that
 * a flood of keys that are asked for once evicts no others, however long their calls are apart.
 */
export class BreakerCache {
  private readonly _maxSize: number;
  private readonly _onEvict: (resident: Resident) => void;
  private readonly _residents = new Map<string, Resident>();
  private readonly _evicted: RecentKeys;
  // Asked for once, and more than once; of each those to evict, and those that were in use when last looked at.
  private readonly _once = new Lane();
  private readonly _onceInUse = new Lane();
  private readonly _often = new Lane();
  private readonly _oftenInUse = new Lane();

  constructor(maxSize: number, onEvict: (resident: Resident) => void) {
    this._maxSize = maxSize;
    this._onEvict = onEvict;
    this._evicted = new RecentKeys(Math.max(1_000, REMEMBERED * maxSize));
  }

  get size(): number {
    return this._residents.size;
  }

  has(key: string): boolean {
    return this._residents.has(key);
  }

  keys(): string[] {
    return [...this._residents.keys()];
  }

  /** Live, in the order in which they were made. */
  *breakers(): IterableIterator<CircuitBreaker> {
    for (const { breaker } of this._residents.values()) yield breaker;
  }

  /** The breaker of a key, which is used by that. */
  use(key: string): CircuitBreaker | undefined {
    const resident = this._residents.get(key);
    if (!resident) return undefined;
    const { lane } = resident;
    lane.remove(resident);
    if (lane === this._onceInUse || lane === this._oftenInUse) this._oftenInUse.add(resident);
    else this._addOften(resident);
    return resident.breaker;
  }

  add(key: string, breaker: CircuitBreaker): void {
    const resident = { key, breaker, lane: this._once, older: undefined, newer: undefined };
    this._residents.set(key, resident);
    if (this._evicted.has(key)) this._addOften(resident);
    else this._once.add(resident);
  }

  remove(key: string): CircuitBreaker | undefined {
    const resident = this._residents.get(key);
    if (!resident) return undefined;
    resident.lane.remove(resident);
    this._residents.delete(key);
    return resident.breaker;
  }

  /** Evicts what is too much, except the breaker that was just made. */
  makeRoom(made: CircuitBreaker): void {
    const examine = (from: Lane, mayGo: (breaker: CircuitBreaker) => boolean, inUse: Lane, minimum = 0): void => {
      for (let left = Math.min(MAX_LOOKS, from.size); left > 0; left--) {
        const resident = from.oldest;
        if (!resident || resident.breaker === made || from.size <= minimum || this.size <= this._maxSize) return;
        if (mayGo(resident.breaker)) {
          this._evict(resident);
        } else {
          from.remove(resident);
          inUse.add(resident);
        }
      }
    };
    const minimum = Math.floor(this._maxSize * OFTEN_MINIMUM);
    examine(this._once, isIdle, this._onceInUse);
    examine(this._onceInUse, isExpendable, this._onceInUse);
    examine(this._often, isIdle, this._oftenInUse, minimum);
    examine(this._oftenInUse, isExpendable, this._oftenInUse, minimum);
  }

  private _addOften(resident: Resident): void {
    this._often.add(resident);
    const { oldest } = this._often;
    if (!oldest || this._often.size <= Math.max(1, this._maxSize * OFTEN_SHARE)) return;
    this._often.remove(oldest);
    this._once.add(oldest);
  }

  private _evict(resident: Resident): void {
    this._evicted.note(resident.key);
    this.remove(resident.key);
    this._onEvict(resident);
  }
}

/** Nothing is lost with it but a window. */
function isIdle(breaker: CircuitBreaker): boolean {
  return breaker.state === 'closed' && !isInUse(breaker);
}

/** What may go if no idle one is left: one that could be tried again now, or that a command left without protection. */
function isExpendable(breaker: CircuitBreaker): boolean {
  const { name, inFlight } = breaker._circuit.state;
  return name === 'metrics_only' || name === 'disabled' ? inFlight === 0 : !isInUse(breaker);
}
