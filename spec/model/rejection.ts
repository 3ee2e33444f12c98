/** A `CallNotPermittedError`, as far as a model goes. */
export class Rejection extends Error {
  /** What is to be seen of it. */
  readonly shown: object;

  constructor(shown: object) {
    super('not permitted');
    this.shown = shown;
  }
}
