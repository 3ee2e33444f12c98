import type { CallEvent } from '../types/call-event.ts';
import type { Crossing } from '../types/crossing.ts';
import type { Signal } from '../types/signal.ts';
import { QueuedSubject } from '../events/queued-subject.ts';
import { notify } from './notify.ts';
import type { ResolvedOptions } from './options.ts';
import { NotificationQueue } from '../events/notification-queue.ts';

/** Tells listeners and subscribers what happens, in its order, once `flush` is called. */
export class Announcer {
  readonly outbox = new NotificationQueue();
  readonly signals = new QueuedSubject<Signal>(this.outbox);
  readonly calls = new QueuedSubject<CallEvent>(this.outbox);
  readonly crossings = new QueuedSubject<Crossing>(this.outbox);
  readonly #listeners: ResolvedOptions['listeners'];

  constructor({ listeners }: ResolvedOptions) {
    this.#listeners = listeners;
  }

  signal(signal: Signal): void {
    Object.freeze(signal);
    for (const listener of this.#listeners) this.outbox.post(() => notify(listener, signal));
    this.signals.next(signal);
  }

  /** To be asked first whether `calls` are observed, so that no event is made for nobody. */
  call(event: CallEvent): void {
    this.calls.next(Object.freeze(event));
  }

  /** As for `call`. */
  crossing(crossing: Crossing): void {
    this.crossings.next(Object.freeze(crossing));
  }

  complete(): void {
    this.signals.complete();
    this.calls.complete();
    this.crossings.complete();
  }

  flush(): void {
    this.outbox.flush();
  }
}
