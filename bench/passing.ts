import { asyncScheduler, Observable, type MonoTypeOperatorFunction, type Subscriber, type TeardownLogic } from 'rxjs';
import { sink } from './repeat.ts';

// The floor: operators wired as circuitBreaker() is, a plain object that RxJS takes for a subscriber, which only pass on.
// What circuitBreaker() costs above them is the breaker; what they cost is RxJS.

class Passing<T> {
  closed = false;
  private readonly _destination: Subscriber<T>;
  private _teardown: TeardownLogic = undefined;

  constructor(destination: Subscriber<T>) {
    this._destination = destination;
    destination.add(this);
  }

  next(value: T): void {
    if (!this.closed) this._destination.next(value);
  }

  error(error: unknown): void {
    if (this.closed) return;
    this._destination.error(error);
    this.unsubscribe();
  }

  complete(): void {
    if (this.closed) return;
    this._destination.complete();
    this.unsubscribe();
  }

  add(teardown: TeardownLogic): void {
    if (this.closed) tearDown(teardown);
    else this._teardown = teardown;
  }

  remove(): void {
    this._teardown = undefined;
  }

  unsubscribe(): void {
    if (this.closed) return;
    this.closed = true;
    tearDown(this._teardown);
  }
}

function tearDown(teardown: TeardownLogic): void {
  if (typeof teardown === 'function') teardown();
  else teardown?.unsubscribe();
}

/** Also reads the clock when a call starts and when it completes, as any measurement of durations must. */
class Timed<T> extends Passing<T> {
  private readonly _startedAt: number;

  // Written out, because the one that a compiler makes for a field spreads its arguments, which costs more than a call.
  constructor(destination: Subscriber<T>) {
    super(destination);
    this._startedAt = asyncScheduler.now();
  }

  override complete(): void {
    sink.value = asyncScheduler.now() - this._startedAt;
    super.complete();
  }
}

export function passing<T>(): MonoTypeOperatorFunction<T> {
  return (source) => new Observable((subscriber) => void source.subscribe(new Passing(subscriber)));
}

export function timed<T>(): MonoTypeOperatorFunction<T> {
  return (source) => new Observable((subscriber) => void source.subscribe(new Timed(subscriber)));
}
