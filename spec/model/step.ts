// A step of a random trace: it is done to the model and to the breaker, and then they must look the same.
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
    deepStrictEqual(rounded(subject.log), rounded(model.audience.log));
    deepStrictEqual(rounded(subject.events), rounded(model.events));
    deepStrictEqual(rounded(subject.info()), rounded(model.info()));
    deepStrictEqual(subject.pending(), model.pending());
    invariants.check();
    // Compared once.
    subject.log.length = model.audience.log.length = 0;
    subject.events.length = model.events.length = 0;
  }
}

/** Without the last digits of its numbers. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * 1e6) / 1e6;
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rounded(part)]));
}
