/** Gets notifications from a {@link NotificationQueue}; must not throw. */
export interface Receiver<T> {
  receive(notification: T): void;
}

/** How many delivered notifications may lie in front of the queue before they are dropped. */
const MAX_DELIVERED = 64;

/**
 * A FIFO queue of notifications. Re-entrant ones are appended, so every subscriber sees the same order and the stack
 * stays flat.
 */
export class NotificationQueue {
  /** Receivers and their notifications in turn. Undefined while the queue is empty, as in most breakers at most times. */
  private _items: unknown[] | undefined = undefined;
  private _next = 0;
  private _busy = false;

  post<T>(receiver: Receiver<T>, notification: T): void {
    (this._items ??= []).push(receiver, notification);
  }

  /** Delivers the notifications, unless that is under way. */
  flush(): void {
    if (this._items !== undefined && !this._busy) this._deliver(this._items);
  }

  private _deliver(items: unknown[]): void {
    this._busy = true;
    try {
      this._deliverAll(items);
      this._items = undefined;
      this._next = 0;
    } finally {
      // If there was no stack left to deliver on, the next flush delivers the rest.
      this._busy = false;
    }
  }

  /** Runs `action`, and only then delivers the notifications that it has posted. */
  hold(action: () => void): void {
    const busy = this._busy;
    this._busy = true;
    try {
      action();
    } finally {
      this._busy = busy;
    }
    this.flush();
  }

  private _deliverAll(items: unknown[]): void {
    while (this._next < items.length) {
      const receiver = items[this._next] as Receiver<unknown>;
      const notification = items[this._next + 1];
      this._next += 2;
      // Dropped before the delivery, which may append; now and then, so that a long chain costs no more than its length.
      if (this._next === items.length) {
        items.length = this._next = 0;
      } else if (this._next > MAX_DELIVERED && 2 * this._next > items.length) {
        items.splice(0, this._next);
        this._next = 0;
      }
      receiver.receive(notification);
    }
  }
}
