// A step of a random trace: the model and the breaker take it, and then they must look the same.
import { deepStrictEqual } from 'node:assert';
import type fc from 'fast-check';
import type { Invariants } from './invariants.ts';
import type { Model } from './model.ts';
import type { TestSubject } from './subject.ts';

export interface Setting {
  readonly model: Model;
}

export interface Real {
  readonly subject: TestSubject;
  readonly invariants: Invariants;
}

export type Step = fc.Command<Setting, Real>;

/** After each step the breaker must look like the model, and the invariants hold. */
export abstract class Same implements Step {
  abstract do(model: Model, real: Real): void;
  abstract toString(): string;

  check({ model }: Setting): boolean {
    return this.possible(model);
  }

  possible(_model: Model): boolean {
    return true;
  }

  run({ model }: Setting, real: Real): void {
    this.do(model, real);
    const { subject, invariants } = real;
    const { audience, callers } = model;
    deepStrictEqual(subject.log, audience.log);
    deepStrictEqual(subject.events, model.events);
    deepStrictEqual(subject.info(), model.info());
    deepStrictEqual(subject.pending(), model.pending(), 'timers');
    deepStrictEqual(subject.callers.sources.map(toId), callers.sources.map(toId), 'sources');
    invariants.check();
    // Compared once.
    subject.log.length = audience.log.length = 0;
    subject.events.length = model.events.length = 0;
  }
}

function toId({ id }: { readonly id: number }): number {
  return id;
}
