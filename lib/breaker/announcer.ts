import type { CallEvent } from '../types/call-event.ts';
import type { Crossing } from '../types/crossing.ts';
import type { Signal } from '../types/signal.ts';
import { Channel } from '../events/queued-subject.ts';
import { notify } from './notify.ts';
import type { Settings } from './options.ts';
import { Outbox } from '../events/notification-queue.ts';

/** Tells listeners and subscribers what happens, in its order, once `flush` is called. */
export class Announcer {
  readonly outbox = new Outbox();
  readonly signals = new Channel<Signal>(this.outbox);
  readonly calls = new Channel<CallEvent>(this.outbox);
  readonly crossings = new Channel<Crossing>(this.outbox);
  readonly #listeners: Settings['listeners'];

  constructor({ listeners }: Settings) {
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
