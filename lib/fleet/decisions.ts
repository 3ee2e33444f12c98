import type { Signal } from '../types/signal.ts';
import type { Command, Local } from './rules.ts';

/** What the breaker of a member has decided, by itself or by a command, and the fleet has not taken yet. */
export class Decisions {
  /** The last verdict of its own since the record was followed, and its detail. */
  verdict: Local['own'];
  detail = '';
  command: Command | undefined;
  private _count = 0;

  /** How many there were; equal if nothing was decided meanwhile. */
  get count(): number {
    return this._count;
  }

  /** The breaker was open already when it joined. */
  adopt(signal: Signal | undefined): void {
    this.verdict = 'tripped';
    this.detail = signal?.detail ?? '';
  }

  /** The breaker has changed its state, not steered by the fleet. */
  record({ reason, detail }: Signal, toCommand: () => Command): void {
    this._count++;
    if (reason === 'manual') {
      this.verdict = undefined;
      this.command = toCommand();
    } else if (reason === 'tripped' || reason === 'recovered') {
      this.verdict = reason;
      this.detail = detail;
    }
  }

  /** The engine has taken a record of epoch `epoch` that was proposed when there were `count` decisions. */
  taken(epoch: number, count: number, command: Command | undefined): void {
    if (this.command === command) this.command = undefined;
    // A later command is to win over the one that was taken.
    else if (this.command) this.command = { ...this.command, base: epoch };
    // A command has voided the verdict before it, so one that is there came after it.
    if (!command && this._count === count) this.voidVerdict();
  }

  voidVerdict(): void {
    this.verdict = undefined;
  }

  dropCommand(): void {
    this.command = undefined;
  }
}
