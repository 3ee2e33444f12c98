// Those who use a circuit: the same pipes for the model and for the breaker under test.
import {
  catchError,
  combineLatest,
  concat,
  forkJoin,
  from,
  ignoreElements,
  merge,
  mergeMap,
  Observable,
  observeOn,
  of,
  race,
  repeat,
  retry,
  Subscriber,
  take,
  tap,
  throwError,
  timer,
  zip,
  type Observer,
  type SchedulerLike,
} from 'rxjs';
import {
  ODD,
  TRACKED,
  UNTRACKED,
  type Client,
  type Join,
  type Member,
  type Notification,
  type Operator,
} from './config.ts';
import { FOREIGN, FOREIGN_WRAPPED } from './foreign-rejection.ts';

/** Guards a source by the circuit, with a classifier or without. */
export type Guard = (source$: Observable<unknown>, classified: boolean) => Observable<unknown>;

export interface Circuit {
  readonly guard: Guard;
  /** Returns what is to be seen of a rejection by this circuit; undefined for any other error. */
  describe(error: unknown): object | undefined;
}

/** A source that is subscribed. */
interface Source {
  readonly id: number;
  readonly subscriber: Subscriber<unknown>;
}

/** No timer of a caller is due together with one of the breaker, which are whole ms after a step of the trace. */
const HALF = 0.5;

export class Callers {
  /** In the order of subscription. */
  sources: Source[] = [];
  clients: { readonly id: number; readonly subscription: Subscriber<unknown> }[] = [];
  /** How many guarded sources were subscribed, and how many of them still are. */
  admitted = 0;
  live = 0;
  readonly #circuit: Circuit;
  readonly #timers: SchedulerLike;
  readonly #hear: (who: string, what: unknown) => void;
  #subscribed = 0;
  #arrived = 0;
  /** The last rejection by this circuit. */
  #rejection: unknown;

  constructor(circuit: Circuit, timers: SchedulerLike, hear: (who: string, what: unknown) => void) {
    this.#circuit = circuit;
    this.#timers = timers;
    this.#hear = hear;
  }

  subscribe(client: Client): void {
    const id = this.#arrived++;
    const name = `client ${String(id)}`;
    // Made before it is subscribed, so that a reaction can unsubscribe it while its source is synchronous.
    const subscription = subscriberOf<unknown>({
      next: (value) => {
        this.#hear(name, value);
        if (client.manner === 'leave') subscription.unsubscribe();
      },
      error: (error) => {
        this.#hear(name, this.plain(error));
        if (client.manner === 'again') this.subscribe({ ...client, manner: 'plain' });
      },
      complete: () => this.#hear(name, 'complete'),
    });
    const running = { id, subscription };
    this.clients.push(running);
    subscription.add(() => {
      this.clients = this.clients.filter((other) => other !== running);
    });
    this.#pipe(client.whole, () => this.#joined(client)).subscribe(subscription);
  }

  unsubscribe(which: number): void {
    const { length } = this.clients;
    if (length > 0) this.clients[which % length]?.subscription.unsubscribe();
  }

  /** One of the sources emits. */
  emit(which: number, notification: Notification): void {
    const { length } = this.sources;
    if (length > 0) this.#emit(this.sources[which % length]!.subscriber, notification);
  }

  /** Errors that the breaker makes, as plain data. */
  plain(error: unknown): unknown {
    const rejection = this.#circuit.describe(error);
    if (rejection) return rejection;
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    if (cause === undefined) return error;
    const wrapped = this.plain(cause);
    return wrapped === cause ? error : { wrapped };
  }

  #emit(subscriber: Subscriber<unknown>, notification: Notification): void {
    switch (notification) {
      case 'tracked':
        return subscriber.error(TRACKED);
      case 'untracked':
        return subscriber.error(UNTRACKED);
      case 'odd':
        return subscriber.error(ODD);
      case 'foreign':
        return subscriber.error(FOREIGN);
      case 'foreignWrapped':
        return subscriber.error(FOREIGN_WRAPPED);
      case 'own':
        return subscriber.error(this.#rejection ?? UNTRACKED);
      case 'ownWrapped':
        return subscriber.error(new Error('wrapped', { cause: this.#rejection ?? UNTRACKED }));
      case 'complete':
        return subscriber.complete();
      default:
        return subscriber.next(notification);
    }
  }

  #source({ script }: Member): Observable<unknown> {
    return new Observable((subscriber) => {
      const id = this.#subscribed++;
      const name = `source ${String(id)}`;
      const source = { id, subscriber };
      this.sources.push(source);
      this.#hear(name, 'subscribed');
      subscriber.add(() => {
        this.#hear(name, 'torn down');
        this.sources = this.sources.filter((other) => other !== source);
      });
      for (const notification of script) {
        if (subscriber.closed) return;
        this.#emit(subscriber, notification);
      }
    });
  }

  #guarded(source$: Observable<unknown>, classified: boolean): Observable<unknown> {
    const counted$ = new Observable((subscriber) => {
      this.admitted++;
      this.live++;
      subscriber.add(() => this.live--);
      source$.subscribe(subscriber);
    });
    return this.#circuit.guard(counted$, classified).pipe(
      tap({
        error: (error: unknown) => {
          if (this.#circuit.describe(error)) this.#rejection = error;
        },
      }),
    );
  }

  #joined({ members, join, each }: Client): Observable<unknown> {
    const calls = members.map((member) =>
      this.#pipe(each, () => this.#guarded(this.#source(member), member.classified)),
    );
    return calls.length === 1 ? calls[0]! : joined(join, calls);
  }

  #pipe(operator: Operator, make: () => Observable<unknown>): Observable<unknown> {
    const source$ = make();
    const late = (ms: number): Observable<unknown> =>
      source$.pipe(
        catchError((error: unknown) => timer(ms, this.#timers).pipe(mergeMap(() => throwError(() => error)))),
      );
    switch (operator) {
      case 'none':
        return source$;
      case 'guarded':
        return this.#guarded(source$, false);
      case 'refresh': {
        const token$ = this.#guarded(this.#source({ classified: false, script: ['complete'] }), false);
        return this.#guarded(concat(token$.pipe(ignoreElements()), source$), false);
      }
      case 'rethrow':
        return source$.pipe(catchError((error: unknown) => throwError(() => error)));
      case 'wrap':
        return source$.pipe(catchError((error: unknown) => throwError(() => new Error('wrapped', { cause: error }))));
      case 'swallow':
        return source$.pipe(catchError(() => of('fallback')));
      case 'observeOn':
        return source$.pipe(observeOn(this.#timers, HALF));
      case 'late99':
        return late(99 + HALF);
      case 'late100':
        return late(100 + HALF);
      case 'retry':
        return source$.pipe(retry(1));
      case 'repeat':
        return source$.pipe(repeat(2));
      case 'take':
        return source$.pipe(take(1));
    }
  }
}

/** Joins calls. */
export function joined(join: Join, calls: Observable<unknown>[]): Observable<unknown> {
  switch (join) {
    case 'forkJoin':
      return forkJoin(calls);
    case 'combineLatest':
      return combineLatest(calls);
    case 'merge':
      return merge(...calls);
    case 'mergeMap':
      return from(calls).pipe(mergeMap((call$) => call$));
    case 'zip':
      return zip(...calls);
    case 'concat':
      return concat(...calls);
    case 'race':
      return race(...calls);
  }
}

/** A subscriber that exists before it is subscribed. */
export function subscriberOf<T>(observer: Observer<T>): Subscriber<T> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else is an observer and a subscription
  return new Subscriber(observer);
}
