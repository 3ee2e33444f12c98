import type { CallContext } from '../../types/call-context.ts';
import type { Readings } from '../../types/readings.ts';
import { Tripper } from './tripper.ts';

/** What a condition asks of the window, and whether it only ever holds in trouble. */
interface Needs {
  readonly slowThresholds?: readonly number[];
  readonly minCalls?: number;
  readonly onlyInTrouble?: boolean;
}

/** A tripper of the package with one condition, which can explain what it measured. */
export class Condition extends Tripper {
  override readonly slowThresholds: readonly number[];
  override readonly minCalls: number;
  /** @internal */
  override readonly _holds: (readings: Readings) => boolean;
  /** @internal */
  override readonly _onlyInTrouble: boolean;
  private readonly _measured: ((readings: Readings, held: boolean) => string) | undefined;

  constructor(
    holds: (readings: Readings) => boolean,
    measured?: (readings: Readings, held: boolean) => string,
    { slowThresholds = [], minCalls = 0, onlyInTrouble = false }: Needs = {},
  ) {
    super();
    this._holds = holds;
    this._measured = measured;
    this.slowThresholds = slowThresholds;
    this.minCalls = minCalls;
    this._onlyInTrouble = onlyInTrouble;
  }

  override test(context: CallContext): boolean {
    return this._holds(context);
  }

  override explain(context: CallContext): string {
    const text = String(this);
    return this._measured ? `${text}: ${this._measured(context, this._holds(context))}` : text;
  }
}
