import type { Unsubscribable } from 'rxjs';
import type { AsyncListener, Listener } from '../components/listeners/listener.ts';
import { NotificationQueue, type Receiver } from '../events/notification-queue.ts';
import { QueuedSubject } from '../events/queued-subject.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { reportError } from '../util/report-error.ts';

/** Counts calls without the cost of an event a call. Must not throw. */
export interface CallObserver {
  /** @param error the error of a failure or of a rejection */
  settled(type: CallEvent['type'], state: State, duration: number, error?: unknown): void;
}

/** All that a circuit emits, in the order in which it happens, once it is flushed. */
export class Streams extends NotificationQueue {
  // Made for the first who asks: most breakers have no subscriber.
  private _signals: QueuedSubject<Signal> | undefined = undefined;
  private _calls: QueuedSubject<CallEvent> | undefined = undefined;
  private readonly _listeners: readonly Receiver<Signal>[];
  /** Undefined while there are none. */
  private _observers: Set<CallObserver> | undefined = undefined;

  constructor(listeners: readonly (Listener | AsyncListener)[]) {
    super();
    this._listeners = listeners.length > 0 ? listeners.map((listener) => new ListenerReceiver(listener)) : NO_LISTENERS;
  }

  get signals(): QueuedSubject<Signal> {
    return (this._signals ??= new QueuedSubject(this));
  }

  get calls(): QueuedSubject<CallEvent> {
    return (this._calls ??= new QueuedSubject(this));
  }

  /** Whether state changes are to come on time. */
  get watchesSignals(): boolean {
    return this._signals?.observed ?? false;
  }

  /** Whether anything wants to know how calls end. */
  get watchesCalls(): boolean {
    return this._observers !== undefined || (this._calls?.observed ?? false);
  }

  signal(signal: Signal): void {
    for (const listener of this._listeners) this.post(listener, signal);
    this._signals?.next(signal);
  }

  call(event: CallEvent): void {
    if (this._observers) {
      const { type, state, duration, error } = event;
      for (const observer of this._observers) observer.settled(type, state, duration, error);
    }
    this._calls?.next(event);
  }

  observe(observer: CallObserver): Unsubscribable {
    (this._observers ??= new Set()).add(observer);
    return {
      unsubscribe: () => {
        this._observers?.delete(observer);
        if (this._observers?.size === 0) this._observers = undefined;
      },
    };
  }

  complete(): void {
    this._observers = undefined;
    this.signals.complete();
    this.calls.complete();
  }
}

const NO_LISTENERS: readonly Receiver<Signal>[] = [];

/** Calls a listener without waiting for it, and reports its errors. */
class ListenerReceiver implements Receiver<Signal> {
  private readonly _listener: Listener | AsyncListener;

  constructor(listener: Listener | AsyncListener) {
    this._listener = listener;
  }

  receive(signal: Signal): void {
    try {
      const answer = this._listener(signal) as PromiseLike<void> | undefined;
      if (typeof answer?.then === 'function') answer.then(undefined, reportError);
    } catch (error) {
      reportError(error);
    }
  }
}
