import { filter, type Unsubscribable } from 'rxjs';
import { reportError } from '../../../util/report-error.ts';
import type { Circuit } from './circuit.ts';
import { toPlainText } from './plain-text.ts';

/**
 * The text of the last failure of each circuit. An error waits for the end of the interval, and no longer: it may hold a
 * whole response.
 */
export class LastErrors {
  private readonly _toText: (error: unknown) => string | undefined;
  private readonly _waiting = new Map<Circuit, unknown>();

  constructor(toText: (error: unknown) => string | undefined) {
    this._toText = toText;
  }

  follow(circuit: Circuit): Unsubscribable {
    const following = circuit.breaker.call$.pipe(filter(({ type }) => type === 'failure')).subscribe({
      next: ({ error }) => this._waiting.set(circuit, error),
      error: reportError,
    });
    following.add(() => this._waiting.delete(circuit));
    return following;
  }

  /** Makes texts of the errors that wait. */
  resolve(): void {
    for (const [circuit, error] of this._waiting) {
      try {
        circuit.lastError = toPlainText(this._toText(error) ?? '');
      } catch (thrown) {
        reportError(thrown);
      }
    }
    this._waiting.clear();
  }
}
