import { formatCount } from '../simulate/format.ts';

/** Where progress is shown: standard error, if it is a terminal. */
export interface ProgressTarget {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** One line that is written over; silent where it is no terminal. */
export class Progress {
  private readonly _target: ProgressTarget;
  private _shown = false;

  constructor(target: ProgressTarget) {
    this._target = target;
  }

  lines(file: string, lines: number): void {
    this._show(`${file}: ${formatCount(lines)} lines`);
  }

  candidates(done: number, total: number): void {
    this._show(`${formatCount(done)} of ${formatCount(total)} configurations`);
  }

  clear(): void {
    if (this._shown) this._target.write('\r\u001b[K');
    this._shown = false;
  }

  private _show(text: string): void {
    if (!this._target.isTTY) return;
    this._target.write(`\r${text}\u001b[K`);
    this._shown = true;
  }
}
