/**
 * What is to be told, in the order in which it happened: what a delivery causes waits its turn, so that everybody sees
 * the same order, and a chain of deliveries needs no stack.
 */
export class NotificationQueue {
  /** Undefined while there is nothing to tell, as in most breakers at most times. */
  #deliveries: (() => void)[] | undefined;
  #busy = false;

  post(delivery: () => void): void {
    this.#deliveries ??= [];
    this.#deliveries.push(delivery);
  }

  /** Delivers what is posted, unless that is under way; deliveries must not throw. */
  flush(): void {
    const deliveries = this.#deliveries;
    if (this.#busy || !deliveries) return;
    this.#busy = true;
    try {
      // What a delivery causes is posted to the end.
      for (let deliver = deliveries.shift(); deliver; deliver = deliveries.shift()) deliver();
      this.#deliveries = undefined;
    } finally {
      // If there was no stack left to deliver on, the next to come delivers the rest.
      this.#busy = false;
    }
  }

  /** Runs an action now, and only then delivers what it has posted. */
  hold(action: () => void): void {
    const busy = this.#busy;
    this.#busy = true;
    try {
      action();
    } finally {
      this.#busy = busy;
    }
    this.flush();
  }
}
