import { asyncScheduler, Observable, Subject, type SchedulerLike } from 'rxjs';
import { checkAtLeast, checkOptions, wrongType } from '../util/check.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import type { FleetStore, FleetView, MemberReport, RecordChange, Replacement } from './store.ts';

const SLOTS = 10;

/**
 * Options of {@link memoryStore}.
 *
 * @example
 * ```ts
 * import type { MemoryStoreOptions } from 'rxjs-fluxgate/fleet';
 *
 * const options: MemoryStoreOptions = { latency: 20 };
 * console.log(options.latency); // => 20
 * ```
 *
 * @see {@link memoryStore}
 */
export interface MemoryStoreOptions {
  /** Of an answer, in ms; half of it there, half of it back. A message takes half of it. Default 0. */
  readonly latency?: number | undefined;
  /** The source of its time. Default RxJS's `asyncScheduler`, which is virtual inside `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * The engine of a fleet in memory, for tests and examples: the fleets that share it are one.
 *
 * @throws TypeError or RangeError for an option that is wrong or unknown
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { joinFleet, memoryStore } from 'rxjs-fluxgate/fleet';
 *
 * const store = memoryStore();
 * const [one, other] = [new CircuitBreaker({ name: 'stock' }), new CircuitBreaker({ name: 'stock' })];
 * const fleets = [joinFleet(one, { store, id: 'pod-1' }), joinFleet(other, { store, id: 'pod-2' })];
 *
 * other.signal$.subscribe(({ newState, detail }) => {
 *   console.log(newState, detail); // => forced_open forced open by the fleet (pod-1): forceOpen(): ticket 4711
 *   for (const fleet of fleets) fleet.unsubscribe();
 * });
 * one.forceOpen('ticket 4711');
 * ```
 *
 * @see {@link joinFleet}
 */
export function memoryStore(options: MemoryStoreOptions = {}): FleetStore {
  checkOptions('memoryStore', options, ['latency', 'scheduler']);
  const { latency = 0, scheduler = asyncScheduler } = options;
  checkAtLeast('memoryStore: latency', 0, latency);
  if (typeof (scheduler as Partial<SchedulerLike> | null)?.schedule !== 'function') {
    throw wrongType('memoryStore: scheduler', 'a SchedulerLike with now() and schedule()', scheduler);
  }
  return new MemoryStore(latency / 2, scheduler);
}

class MemoryStore implements FleetStore {
  readonly changes$: Observable<RecordChange>;
  private readonly _travel: number;
  private readonly _scheduler: SchedulerLike;
  private readonly _circuits = new Map<string, MemoryCircuit>();
  private readonly _changes = new Subject<RecordChange>();

  constructor(travel: number, scheduler: SchedulerLike) {
    this._travel = travel;
    this._scheduler = scheduler;
    this.changes$ = this._changes.asObservable();
  }

  sync(circuit: string, report: MemberReport, replacement?: Replacement): Observable<FleetView> {
    return new Observable((subscriber) => {
      // A request that was sent arrives, even if its sender is gone.
      this._later(() => {
        const view = this._get(circuit).sync(Math.floor(this._scheduler.now()), report, replacement);
        if (view.replaced && view.record !== undefined) {
          const { now, revision, record } = view;
          this._later(() => this._changes.next({ circuit, now, revision, record }));
        }
        this._later(() => {
          subscriber.next(view);
          subscriber.complete();
        });
      });
    });
  }

  private _get(name: string): MemoryCircuit {
    let circuit = this._circuits.get(name);
    if (!circuit) this._circuits.set(name, (circuit = new MemoryCircuit()));
    return circuit;
  }

  private _later(work: () => void): void {
    scheduleUnref(this._scheduler, this._travel, work);
  }
}

class MemoryCircuit {
  private _epoch = 0;
  private _revision = 0;
  private _record: string | undefined;
  /** Until when each member is alive, and its vote lasts. */
  private readonly _members = new Map<string, number>();
  private readonly _open = new Map<string, number>();
  private readonly _slots = new Map<number, { successes: number; failures: number }>();

  sync(now: number, report: MemberReport, replacement: Replacement | undefined): FleetView {
    const { id, epoch, open, deadline, lifetime, window } = report;
    this._members.set(id, now + lifetime);
    expire(this._members, now);
    expire(this._open, now);
    if (epoch === this._epoch) {
      if (open) this._open.set(id, now + lifetime);
      else this._open.delete(id);
      if (window > 0) this._count(now, report);
    }
    const replaced = this._replace(now, deadline, replacement);
    const { successes, failures } = this._sum(now, window);
    return {
      now,
      revision: String(this._revision),
      record: this._record,
      members: this._members.size,
      open: this._open.size,
      successes,
      failures,
      replaced,
    };
  }

  private _count(now: number, { successes, failures, window }: MemberReport): void {
    if (successes + failures === 0) return;
    const index = toSlot(now, window);
    const slot = this._slots.get(index);
    if (slot) {
      slot.successes += successes;
      slot.failures += failures;
      return;
    }
    for (const old of this._slots.keys()) if (old <= index - SLOTS || old > index) this._slots.delete(old);
    this._slots.set(index, { successes, failures });
  }

  private _sum(now: number, window: number): { successes: number; failures: number } {
    const sum = { successes: 0, failures: 0 };
    if (window === 0) return sum;
    const index = toSlot(now, window);
    for (let i = index - SLOTS + 1; i <= index; i++) {
      const slot = this._slots.get(i);
      sum.successes += slot?.successes ?? 0;
      sum.failures += slot?.failures ?? 0;
    }
    return sum;
  }

  private _replace(now: number, deadline: number | undefined, replacement: Replacement | undefined): boolean {
    if (!replacement || deadline === undefined || now >= deadline) return false;
    if (replacement.revision !== String(this._revision)) return false;
    if (replacement.epoch !== this._epoch) {
      this._open.clear();
      this._slots.clear();
    }
    this._epoch = replacement.epoch;
    this._record = replacement.record;
    this._revision++;
    return true;
  }
}

function toSlot(now: number, window: number): number {
  return Math.floor((now * SLOTS) / window);
}

/** Forgets those whose time is over. */
function expire(members: Map<string, number>, now: number): void {
  for (const [id, until] of members) if (until < now) members.delete(id);
}
