import { Subscription, type Observer, type Subscriber } from 'rxjs';
import type { Call } from '../breaker/call.ts';

/**
 * Tells a call what its source notifies, before it passes that on.
 *
 * RxJS subscribes an observer that is a Subscription as it is, so that a synchronous source sees at once that nobody
 * listens any more. `tap` would do the same with an Observable and a Subscriber more for each call.
 */
export class CallSubscriber<T> extends Subscription implements Observer<T> {
  readonly #call: Call<T>;
  readonly #destination: Subscriber<T>;

  constructor(call: Call<T>, destination: Subscriber<T>) {
    super();
    this.#call = call;
    this.#destination = destination;
    destination.add(this);
  }

  next(value: T): void {
    if (this.closed) return;
    try {
      this.#call.next(value);
    } catch (error) {
      this.#destination.error(error);
      return;
    }
    this.#destination.next(value);
  }

  error(error: unknown): void {
    if (this.closed) return;
    let told = error;
    try {
      this.#call.error(error);
    } catch (failure) {
      told = failure;
    }
    this.#destination.error(told);
    this.unsubscribe();
  }

  complete(): void {
    if (this.closed) return;
    try {
      this.#call.complete();
    } catch (error) {
      this.#destination.error(error);
      return;
    }
    this.#destination.complete();
    this.unsubscribe();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    // Before the source is torn down, so that whatever its teardown does meets a settled call.
    this.#call.unsubscribe();
    super.unsubscribe();
  }
}
