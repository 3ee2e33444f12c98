/**
 * What all rejections of one opening share: the error that opened the circuit, and which circuit it is. Not enumerable,
 * so that neither JSON nor a logger that walks through an error shows another user's request.
 */
export class RejectionOrigin {
  declare readonly cause: unknown;
  declare readonly circuit: object | undefined;

  constructor(cause: unknown, circuit?: object) {
    Object.defineProperties(this, { cause: { value: cause }, circuit: { value: circuit } });
  }
}
