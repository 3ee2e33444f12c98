import { Observable, type Subscriber } from 'rxjs';
import { reportError } from '../util/report-error.ts';
import type { NotificationQueue, Receiver } from './notification-queue.ts';

/**
 * A multicast that is safe to re-enter, which a Subject is not: through the queue, each notification reaches the
 * subscribers of the moment at which it was made, in order.
 */
export class QueuedSubject<T> {
  private readonly _queue: NotificationQueue;
  /** Undefined while there are none, as in most breakers. */
  private _subscribers: Set<Subscriber<T>> | undefined = undefined;
  /** The subscribers as they are now; undefined after each change. */
  private _audience: Audience<T> | undefined = undefined;
  private _completed = false;

  constructor(queue: NotificationQueue) {
    this._queue = queue;
  }

  get observed(): boolean {
    return this._subscribers !== undefined && this._subscribers.size > 0;
  }

  asObservable(): Observable<T> {
    return new Observable((subscriber) => {
      this.add(subscriber);
      return () => this.remove(subscriber);
    });
  }

  add(subscriber: Subscriber<T>): void {
    (this._subscribers ??= new Set()).add(subscriber);
    this._audience = undefined;
    if (!this._completed) return;
    this.complete();
    this._queue.flush();
  }

  remove(subscriber: Subscriber<T>): void {
    this._subscribers?.delete(subscriber);
    this._audience = undefined;
  }

  next(value: T): void {
    if (!this._subscribers?.size) return;
    this._queue.post((this._audience ??= new Audience([...this._subscribers])), value);
  }

  /** Completes the subscribers, and each later one. */
  complete(): void {
    this._completed = true;
    if (this._subscribers) this._queue.post(new Completion([...this._subscribers]), undefined);
  }
}

/** Subscribers of one moment. */
class Audience<T> implements Receiver<T> {
  private readonly _subscribers: readonly Subscriber<T>[];

  constructor(subscribers: readonly Subscriber<T>[]) {
    this._subscribers = subscribers;
  }

  receive(value: T): void {
    for (const subscriber of this._subscribers) {
      try {
        subscriber.next(value);
      } catch (error) {
        reportError(error);
      }
    }
  }
}

/** Subscribers to be completed. */
class Completion<T> implements Receiver<undefined> {
  private readonly _subscribers: readonly Subscriber<T>[];

  constructor(subscribers: readonly Subscriber<T>[]) {
    this._subscribers = subscribers;
  }

  receive(): void {
    for (const subscriber of this._subscribers) {
      try {
        subscriber.complete();
      } catch (error) {
        reportError(error);
      }
    }
  }
}
