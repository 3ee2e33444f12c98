import { Observable, Subscription, type Subscriber } from 'rxjs';
import { QueuedSubject } from '../events/queued-subject.ts';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { NotificationQueue } from '../events/notification-queue.ts';
import { reportError } from '../util/report-error.ts';

/** The method by which the dashboard follows breakers and not names, also of a registry of another copy of the package. */
export const MERGE = Symbol.for('rxjs-fluxgate.merge');

/** A registry as the dashboard knows it. */
export interface Merging {
  /** What `streamOf` makes of each breaker, also of those made later. */
  [MERGE]<T>(streamOf: (breaker: CircuitBreaker) => Observable<T>): Observable<T>;
}

/**
 * A stream of every breaker, merged: each is subscribed once for all who listen, and not at all while nobody does.
 * All see the events of all breakers in the same order, also when one event causes the next.
 */
export class MergedStream<T> {
  readonly stream$: Observable<T>;
  readonly #streamOf: (breaker: CircuitBreaker) => Observable<T>;
  readonly #outbox: NotificationQueue;
  readonly #channel: QueuedSubject<T>;
  readonly #sources = new Map<CircuitBreaker, Subscription>();

  /**
   * @param breakers those to merge whenever somebody begins to listen, live, for what is told may remove some
   * @param outbox shared by streams of which the order among each other matters
   */
  constructor(
    breakers: () => Iterable<CircuitBreaker>,
    streamOf: (breaker: CircuitBreaker) => Observable<T>,
    outbox: NotificationQueue,
  ) {
    this.#streamOf = streamOf;
    this.#outbox = outbox;
    this.#channel = new QueuedSubject(outbox);
    this.stream$ = new Observable((subscriber) => {
      this.#channel.add(subscriber);
      subscriber.add(() => this.#leave(subscriber));
      for (const breaker of breakers()) this.add(breaker);
    });
  }

  /** Merges a breaker in if anybody listens. */
  add(breaker: CircuitBreaker): void {
    if (!this.#channel.observed || this.#sources.has(breaker)) return;
    const source = new Subscription();
    // Known before it is subscribed, because what it says at once may come back here.
    this.#sources.set(breaker, source);
    source.add(this.#streamOf(breaker).subscribe({ next: (event) => this.#tell(event), error: reportError }));
  }

  /** Drops a breaker, of which no more is told. */
  remove(breaker: CircuitBreaker): void {
    this.#sources.get(breaker)?.unsubscribe();
    this.#sources.delete(breaker);
  }

  complete(): void {
    this.#channel.complete();
    this.#outbox.flush();
  }

  #tell(event: T): void {
    this.#channel.next(event);
    this.#outbox.flush();
  }

  #leave(subscriber: Subscriber<T>): void {
    this.#channel.remove(subscriber);
    if (this.#channel.observed) return;
    for (const breaker of [...this.#sources.keys()]) this.remove(breaker);
  }
}
