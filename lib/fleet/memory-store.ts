import { asyncScheduler, Observable, Subject, type SchedulerLike } from 'rxjs';
import { checkAtLeast, checkOptions, wrongType } from '../util/check.ts';
import { scheduleUnref } from '../util/schedule-unref.ts';
import { EngineCircuit } from './engine-circuit.ts';
import type { FleetStore, FleetView, MemberReport, RecordChange, Replacement } from './store.ts';

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
  private readonly _circuits = new Map<string, EngineCircuit>();
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

  private _get(name: string): EngineCircuit {
    let circuit = this._circuits.get(name);
    if (!circuit) this._circuits.set(name, (circuit = new EngineCircuit()));
    return circuit;
  }

  private _later(work: () => void): void {
    scheduleUnref(this._scheduler, this._travel, work);
  }
}
