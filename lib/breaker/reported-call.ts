import type { AdmittedCall, Call } from './call.ts';

/**
 * A call as `admit` hands it out. Not the call itself: RxJS would take that for a subscriber of its own, and would not
 * catch what it throws.
 */
export class ReportedCall<T> implements Call<T> {
  readonly #call: AdmittedCall<T>;

  constructor(call: AdmittedCall<T>) {
    this.#call = call;
  }

  next(value: T): void {
    this.#call.next(value);
  }

  error(error: unknown): void {
    this.#call.error(error);
  }

  complete(): void {
    this.#call.complete();
  }

  unsubscribe(): void {
    this.#call.unsubscribe();
  }
}
