// What callers and their sources do.
import type { Client, Notification } from './config.ts';
import type { Model } from './model.ts';
import { Same, type Real } from './step.ts';

export class Subscribe extends Same {
  readonly client: Client;

  constructor(client: Client) {
    super();
    this.client = client;
  }

  override do(model: Model, { subject }: Real): void {
    model.callers.subscribe(this.client);
    subject.callers.subscribe(this.client);
  }

  override toString(): string {
    return `subscribe(${JSON.stringify(this.client)})`;
  }
}

/** One of the sources emits. */
export class Emit extends Same {
  readonly which: number;
  readonly what: Notification;

  constructor(which: number, what: Notification) {
    super();
    this.which = which;
    this.what = what;
  }

  override possible(model: Model): boolean {
    return model.callers.sources.length > 0;
  }

  override do(model: Model, { subject, invariants }: Real): void {
    model.callers.emit(this.which, this.what);
    invariants.harmlessIfStale(() => subject.callers.emit(this.which, this.what));
  }

  override toString(): string {
    return `${this.what}(${String(this.which)})`;
  }
}

/** One of the callers unsubscribes. */
export class Unsubscribe extends Same {
  readonly which: number;

  constructor(which: number) {
    super();
    this.which = which;
  }

  override possible(model: Model): boolean {
    return model.callers.clients.length > 0;
  }

  override do(model: Model, { subject, invariants }: Real): void {
    model.callers.unsubscribe(this.which);
    invariants.harmlessIfStale(() => subject.callers.unsubscribe(this.which));
  }

  override toString(): string {
    return `unsubscribe(${String(this.which)})`;
  }
}
