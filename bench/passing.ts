import {
  asyncScheduler,
  Observable,
  Subscription,
  type MonoTypeOperatorFunction,
  type Observer,
  type Subscriber,
} from 'rxjs';
import { sink } from './repeat.ts';

// The floor: operators wired as circuitBreaker() is, an observer that is a Subscription, without a breaker to report to.
// What circuitBreaker() costs above them is the breaker; what they cost is RxJS.

class Passing<T> extends Subscription implements Observer<T> {
  readonly #destination: Subscriber<T>;

  constructor(destination: Subscriber<T>) {
    super();
    this.#destination = destination;
    destination.add(this);
  }

  next(value: T): void {
    if (this.closed) return;
    this.#destination.next(value);
  }

  error(error: unknown): void {
    if (this.closed) return;
    this.#destination.error(error);
    this.unsubscribe();
  }

  complete(): void {
    if (this.closed) return;
    this.#destination.complete();
    this.unsubscribe();
  }
}

/** Also reads the clock when a call starts and when it completes, as any measurement of durations must. */
class Timed<T> extends Passing<T> {
  readonly #startedAt = asyncScheduler.now();

  override complete(): void {
    sink.value = asyncScheduler.now() - this.#startedAt;
    super.complete();
  }
}

export function passing<T>(): MonoTypeOperatorFunction<T> {
  return (source) => new Observable((subscriber) => void source.subscribe(new Passing(subscriber)));
}

export function timed<T>(): MonoTypeOperatorFunction<T> {
  return (source) => new Observable((subscriber) => void source.subscribe(new Timed(subscriber)));
}
