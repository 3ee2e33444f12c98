import { Observable, type Subscriber } from 'rxjs';
import { tryOrReport } from '../util/report-error.ts';
import type { NotificationQueue } from './notification-queue.ts';

const NOBODY: readonly never[] = Object.freeze([]);

/**
 * A multicast that is safe to re-enter, which a Subject is not: through the outbox, each event reaches those who
 * listened when it happened, in order.
 */
export class QueuedSubject<T> {
  readonly #outbox: NotificationQueue;
  /** Never changed in place: an event that waits in the outbox keeps the list of its time. */
  #subscribers: readonly Subscriber<T>[] = NOBODY;
  #completed = false;

  constructor(outbox: NotificationQueue) {
    this.#outbox = outbox;
  }

  get observed(): boolean {
    return this.#subscribers.length > 0;
  }

  asObservable(): Observable<T> {
    return new Observable((subscriber) => {
      this.add(subscriber);
      return () => this.remove(subscriber);
    });
  }

  add(subscriber: Subscriber<T>): void {
    this.#subscribers = [...this.#subscribers, subscriber];
    if (this.#completed) {
      this.complete();
      this.#outbox.flush();
    }
  }

  remove(subscriber: Subscriber<T>): void {
    this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
  }

  next(event: T): void {
    this.#tell((subscriber) => subscriber.next(event));
  }

  /** Completes those who listen, and whoever comes later. */
  complete(): void {
    this.#completed = true;
    this.#tell((subscriber) => subscriber.complete());
  }

  #tell(notify: (subscriber: Subscriber<T>) => void): void {
    const subscribers = this.#subscribers;
    this.#outbox.post(() => {
      for (const subscriber of subscribers) if (!subscriber.closed) tryOrReport(() => notify(subscriber));
    });
  }
}
