// A store of one's own: the parent process keeps the fleet in memory, and its children ask it by messages.
import type { ChildProcess } from 'node:child_process';
import { filter, firstValueFrom, from, fromEvent, map, Observable, take, type Subscription } from 'rxjs';
import type { Report } from './script.ts';
import {
  memoryStore,
  type FleetStore,
  type FleetView,
  type MemberReport,
  type RecordChange,
  type Replacement,
} from 'rxjs-fluxgate/fleet';

interface Question {
  readonly type: 'question';
  readonly number: number;
  readonly circuit: string;
  readonly report: MemberReport;
  readonly replacement: Replacement | undefined;
}

type Answer =
  | { readonly type: 'answer'; readonly number: number; readonly view: FleetView }
  | { readonly type: 'change'; readonly change: RecordChange };

/** In the parent: serves the children. */
export class ParentStore {
  private readonly _store: FleetStore;

  constructor(store = memoryStore()) {
    this._store = store;
  }

  serve(child: ChildProcess): Subscription {
    child.on('message', (message: Question | Report) => {
      if (message.type !== 'question') return;
      const { number, circuit, report, replacement } = message;
      firstValueFrom(from(this._store.sync(circuit, report, replacement)))
        .then((view) => child.connected && child.send({ type: 'answer', number, view } satisfies Answer))
        .catch(console.error);
    });
    return this._store.changes$.subscribe((change) => {
      if (child.connected) child.send({ type: 'change', change } satisfies Answer);
    });
  }
}

/** In a child: asks the parent. */
export function parentStore(): FleetStore {
  let questions = 0;
  // Node emits a handle beside the message, and fromEvent would make an array of both.
  const message$ = fromEvent(process, 'message', (message: Answer) => message);
  return {
    changes$: message$.pipe(
      filter((message) => message.type === 'change'),
      map(({ change }) => change),
    ),
    sync: (circuit, report, replacement) =>
      new Observable<FleetView>((subscriber) => {
        const number = ++questions;
        subscriber.add(
          message$
            .pipe(
              filter((message) => message.type === 'answer'),
              filter((answer) => answer.number === number),
              take(1),
              map(({ view }) => view),
            )
            .subscribe(subscriber),
        );
        process.send?.({ type: 'question', number, circuit, report, replacement } satisfies Question);
      }),
  };
}
