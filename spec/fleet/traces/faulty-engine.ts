import { Observable, Subject, type SchedulerLike } from 'rxjs';
import { memoryStore } from '../../../lib/fleet/index.ts';
import type { FleetStore, FleetView, MemberReport, RecordChange, Replacement } from '../../../lib/fleet/index.ts';
import { parseRecord, type FleetRecord } from '../../../lib/fleet/record.ts';

export type EngineState = 'up' | 'down' | 'frozen';

/** A write that the engine took. */
export interface Write {
  readonly at: number;
  readonly by: string;
  readonly record: FleetRecord;
}

/** The last record that reached a member in an answer, and when. */
export interface Answer {
  readonly at: number;
  readonly record: FleetRecord | undefined;
}

/** An engine on virtual time that goes down, freezes, loses its memory, and is cut off from some members. */
export class FaultyEngine {
  state: EngineState = 'up';
  /** Of a request and its answer, in ms. */
  latency = 10;
  losesMessages = false;
  /** Members that cannot reach it. */
  readonly cut = new Set<string>();
  readonly writes: Write[] = [];
  readonly replies = new Map<string, Answer>();
  private readonly _scheduler: SchedulerLike;
  private _memory: FleetStore;
  private _held: (() => void)[] = [];
  private readonly _changes = new Subject<{ change: RecordChange; by: string }>();
  private _record: FleetRecord | undefined;

  constructor(scheduler: SchedulerLike) {
    this._scheduler = scheduler;
    this._memory = memoryStore({ scheduler });
  }

  get record(): FleetRecord | undefined {
    return this._record;
  }

  set(state: EngineState): void {
    this.state = state;
    if (state !== 'up') return;
    const held = this._held;
    this._held = [];
    for (const work of held) work();
  }

  restartEmpty(): void {
    this._held = [];
    this._record = undefined;
    this._memory = memoryStore({ scheduler: this._scheduler });
    this.set('up');
  }

  /** The engine as one member reaches it. */
  storeFor(id: string): FleetStore {
    return {
      changes$: new Observable((subscriber) =>
        this._changes.subscribe(({ change }) => {
          if (this.losesMessages || this.cut.has(id)) return;
          this._scheduler.schedule(() => subscriber.next(change), this.latency / 2);
        }),
      ),
      sync: (circuit, report, replacement) => this._sync(id, circuit, report, replacement),
    };
  }

  private _sync(id: string, circuit: string, report: MemberReport, replacement?: Replacement): Observable<FleetView> {
    return new Observable((subscriber) => {
      if (this.cut.has(id)) return;
      if (this.state === 'down') return subscriber.error(new Error('engine down'));
      const answer = (view: FleetView): void => {
        if (this.cut.has(id)) return;
        this._scheduler.schedule(() => {
          if (subscriber.closed) return;
          const record = view.record === undefined ? undefined : parseRecord(view.record);
          this.replies.set(id, { at: this._scheduler.now(), record });
          subscriber.next(view);
          subscriber.complete();
        }, this.latency / 2);
      };
      const execute = (): void => {
        if (this.state === 'frozen') {
          this._held.push(execute);
          return;
        }
        if (this.state === 'down') return;
        (this._memory.sync(circuit, report, replacement) as Observable<FleetView>).subscribe((view) => {
          if (view.replaced && view.record !== undefined) {
            const { now, revision, record } = view;
            this._record = parseRecord(record);
            this.writes.push({ at: now, by: id, record: this._record });
            this._changes.next({ change: { circuit, now, revision, record }, by: id });
          }
          answer(view);
        });
      };
      this._scheduler.schedule(execute, this.latency / 2);
    });
  }
}
