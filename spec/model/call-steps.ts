// What callers and their sources do.
import { deepStrictEqual } from 'node:assert';
import type { Client, Said } from './config.ts';
import type { Model } from './model.ts';
import { Same, type Real } from './step.ts';
import { say } from './subject.ts';

export class Subscribe extends Same {
  readonly client: Client;

  constructor(client: Client) {
    super();
    this.client = client;
  }

  override do(model: Model, { subject }: Real): void {
    model.subscribe(this.client);
    subject.subscribe(this.client);
  }

  override toString(): string {
    return `subscribe(${JSON.stringify(this.client)})`;
  }
}

/** Something happens to one of the calls that have not ended. */
export class Happen extends Same {
  readonly which: number;
  readonly what: Said | 'unsubscribe';

  constructor(which: number, what: Said | 'unsubscribe') {
    super();
    this.which = which;
    this.what = what;
  }

  override possible(model: Model): boolean {
    return model.calls.length > 0;
  }

  override do(model: Model, { subject, invariants }: Real): void {
    const { what } = this;
    const call = model.calls[this.which % model.calls.length]!;
    const { source, subscription } = subject.calls.get(call.id)!;
    if (what === 'unsubscribe') model.unsubscribe(call);
    else model.say(call, what);
    invariants.harmlessIfStale(() => {
      if (what === 'unsubscribe') subscription.unsubscribe();
      else say(source, what);
    });
    deepStrictEqual(source.observed, model.calls.includes(call));
  }

  override toString(): string {
    return `${this.what}(${String(this.which)})`;
  }
}
