import type { CallContext } from '../shapes/call-context.ts';
import { Tripper } from './tripper.ts';

interface Needs {
  readonly slowThresholds?: readonly number[];
  readonly minCalls?: number;
}

/** A tripper with one condition, that can say what it measured. */
export class Condition extends Tripper {
  override readonly slowThresholds: readonly number[];
  override readonly minCalls: number;
  override readonly test: (context: CallContext) => boolean;
  readonly #text: string;
  readonly #measured: ((context: CallContext) => string) | undefined;

  constructor(
    text: string,
    test: (context: CallContext) => boolean,
    measured?: (context: CallContext) => string,
    { slowThresholds = [], minCalls = 0 }: Needs = {},
  ) {
    super();
    this.#text = text;
    this.test = test;
    this.#measured = measured;
    this.slowThresholds = slowThresholds;
    this.minCalls = minCalls;
  }

  override explain(context: CallContext): string {
    return this.#measured ? `${this.#text}: ${this.#measured(context)}` : this.#text;
  }

  override toString(): string {
    return this.#text;
  }
}
