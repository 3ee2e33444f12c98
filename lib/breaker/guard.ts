import {
  from,
  Observable,
  Subscription,
  type ObservableInput,
  type Observer,
  type Subscriber,
  type TeardownLogic,
} from 'rxjs';
import type { Classifier } from '../types/outcome.ts';
import { AdmittedCall } from './call.ts';
import type { Circuit } from './circuit.ts';

/** Subscribes `subscriber` to `source` as a call: rejects it, or forwards the notifications and reports how it ended. */
export function subscribeGuarded<T>(
  circuit: Circuit,
  source: Observable<T>,
  subscriber: Subscriber<T>,
  classify: Classifier<T> | undefined,
): void {
  // One that is closed already is no call: nothing is asked or subscribed for it.
  if (subscriber.closed) return;
  const guard = new Guard(circuit, classify, subscriber);
  // Before it is admitted: should the stack be full, the subscriber gives back the place.
  subscriber.add(guard);
  const rejection = circuit.admit(guard);
  // Emitted instead of thrown: a throw costs more than the rest of a rejection.
  if (rejection) subscriber.error(rejection);
  // A listener notified at admission has unsubscribed, before there was a place to give back.
  else if (guard.closed) guard.unsubscribe();
  else guard.subscribeTo(source);
}

/**
 * A call between a source and a subscriber: forwards the source's notifications and reports how the call ended.
 *
 * RxJS takes an observer with the members of a Subscription for a subscriber of its own, so that a synchronous source
 * sees at once that it was unsubscribed. To extend Subscription would cost more than all the rest of a call.
 */
class Guard<T> extends AdmittedCall<T> {
  closed = false;
  private readonly _subscriber: Subscriber<T>;
  private _teardown: TeardownLogic = undefined;
  /** For the source that adds more than one: a Subscription drops those that have closed. */
  private _teardowns: Subscription | undefined = undefined;

  constructor(circuit: Circuit, classify: Classifier<T> | undefined, subscriber: Subscriber<T>) {
    super(circuit, classify);
    this._subscriber = subscriber;
  }

  subscribeTo(source: Observable<T>): void {
    if (source instanceof Observable) {
      source.subscribe(this);
      return;
    }
    // RxJS 5 and 6 and other libraries wrap an observer by Object.create, where a write would miss this object. Another
    // copy of RxJS 7 takes the relay for a subscriber, too.
    const foreign = source as Observable<T>;
    const isClosed = (): boolean => this.closed;
    const relay: Observer<T> & { readonly closed: boolean } & Pick<Subscription, 'add' | 'remove' | 'unsubscribe'> = {
      next: (value: T): void => this.next(value),
      error: (error: unknown): void => this.error(error),
      complete: (): void => this.complete(),
      add: (teardown: TeardownLogic): void => this.add(teardown),
      remove: (teardown: Exclude<TeardownLogic, void>): void => this.remove(teardown),
      unsubscribe: (): void => this.unsubscribe(),
      get closed() {
        return isClosed();
      },
    };
    const subscribable: Observable<T> = 'subscribe' in foreign ? foreign : from(foreign as ObservableInput<T>);
    this.add(subscribable.subscribe(relay as Observer<T>));
  }

  override next(value: T): void {
    if (this._ended) return;
    try {
      super.next(value);
    } catch (failure) {
      return this._fail(failure);
    }
    this._subscriber.next(value);
  }

  override error(error: unknown): void {
    if (this._ended) return;
    try {
      super.error(error);
    } catch (failure) {
      return this._fail(failure);
    }
    this._subscriber.error(error);
    this.unsubscribe();
  }

  override complete(): void {
    if (this._ended) return;
    try {
      super.complete();
    } catch (failure) {
      return this._fail(failure);
    }
    this._subscriber.complete();
    this.unsubscribe();
  }

  override unsubscribe(): void {
    // Before the source is torn down, so that whatever its teardown does meets a settled call.
    super.unsubscribe();
    if (this.closed) return;
    this.closed = true;
    this._ended = true;
    const teardown = this._teardown;
    this._teardown = undefined;
    try {
      tearDown(teardown);
    } finally {
      this._teardowns?.unsubscribe();
    }
  }

  /** As RxJS adds what belongs to a subscriber. */
  add(teardown: TeardownLogic): void {
    if (!teardown || teardown === this._teardown) return;
    if (this.closed) tearDown(teardown);
    else if (this._teardown) (this._teardowns ??= new Subscription()).add(teardown);
    else this._teardown = teardown;
  }

  remove(teardown: Exclude<TeardownLogic, void>): void {
    if (teardown === this._teardown) this._teardown = undefined;
    else this._teardowns?.remove(teardown);
  }

  /** Emits an error of user code in place of the source's notification. */
  private _fail(failure: unknown): void {
    this._subscriber.error(failure);
    this.unsubscribe();
  }
}

function tearDown(teardown: TeardownLogic): void {
  if (typeof teardown === 'function') teardown();
  else teardown?.unsubscribe();
}
