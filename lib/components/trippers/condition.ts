import type { CallContext } from '../../types/call-context.ts';
import { PredicateTripper } from './tripper.ts';

interface Needs {
  readonly slowThresholds?: readonly number[];
  readonly minCalls?: number;
}

/** A tripper with one condition, that can say what it measured. */
export class Condition extends PredicateTripper {
  override readonly slowThresholds: readonly number[];
  override readonly minCalls: number;

  constructor(
    text: string,
    test: (context: CallContext) => boolean,
    measured?: (context: CallContext) => string,
    { slowThresholds = [], minCalls = 0 }: Needs = {},
  ) {
    super(text, test, measured && ((context) => `${text}: ${measured(context)}`));
    this.slowThresholds = slowThresholds;
    this.minCalls = minCalls;
  }
}
