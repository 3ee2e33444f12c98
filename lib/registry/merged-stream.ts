import { Observable, Subscription, type Subscriber } from 'rxjs';
import { QueuedSubject } from '../events/queued-subject.ts';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { NotificationQueue } from '../events/notification-queue.ts';
import { reportError } from '../util/report-error.ts';

/**
 * A stream of every breaker, merged: each is subscribed once for all subscribers, and not at all while there are none.
 * All get the events of all breakers in the same order, also when one event causes the next.
 */
export class MergedStream<T> {
  readonly stream$: Observable<T>;
  private readonly _streamOf: (breaker: CircuitBreaker) => Observable<T>;
  private readonly _queue: NotificationQueue;
  private readonly _subject: QueuedSubject<T>;
  private readonly _sources = new Map<CircuitBreaker, Subscription>();

  /**
   * @param breakers those to merge at the first subscription, live, because an event may remove some
   * @param queue shared by streams whose order among each other matters
   */
  constructor(
    breakers: () => Iterable<CircuitBreaker>,
    streamOf: (breaker: CircuitBreaker) => Observable<T>,
    queue: NotificationQueue,
  ) {
    this._streamOf = streamOf;
    this._queue = queue;
    this._subject = new QueuedSubject(queue);
    this.stream$ = new Observable((subscriber) => {
      this._subject.add(subscriber);
      subscriber.add(() => this._leave(subscriber));
      for (const breaker of breakers()) this.add(breaker);
    });
  }

  /** Merges a breaker in, if there is a subscriber. */
  add(breaker: CircuitBreaker): void {
    if (!this._subject.observed || this._sources.has(breaker)) return;
    const source = new Subscription();
    // Known before it is subscribed, because what it emits at once may come back here.
    this._sources.set(breaker, source);
    source.add(this._streamOf(breaker).subscribe({ next: (event) => this._emit(event), error: reportError }));
  }

  /** Unsubscribes from a breaker. */
  remove(breaker: CircuitBreaker): void {
    this._sources.get(breaker)?.unsubscribe();
    this._sources.delete(breaker);
  }

  complete(): void {
    this._subject.complete();
    this._queue.flush();
  }

  private _emit(event: T): void {
    this._subject.next(event);
    this._queue.flush();
  }

  private _leave(subscriber: Subscriber<T>): void {
    this._subject.remove(subscriber);
    if (this._subject.observed) return;
    for (const breaker of [...this._sources.keys()]) this.remove(breaker);
  }
}
