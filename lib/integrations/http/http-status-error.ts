/** What {@link throwUnlessOk} needs of a response: fetch's `Response` has it, also in node-fetch and undici. */
export interface StatusResponse {
  readonly ok: boolean;
  readonly status: number;
}

/**
 * A response with a bad status, as an error.
 *
 * `response` and `name` are not enumerable: a circuit outlives the request that opened it, whose headers may hold
 * tokens, so `JSON.stringify` gives the status only. The body of `response` is unread.
 *
 * @example
 * ```ts
 * import { HttpStatusError } from 'rxjs-fluxgate/http';
 *
 * const error = new HttpStatusError(new Response('{"reason":"sold out"}', { status: 409 }));
 * console.log(error.message, JSON.stringify(error)); // => HTTP status 409 {"status":409}
 * console.log(await error.response.json()); // => { reason: 'sold out' }
 * ```
 *
 * @see {@link throwUnlessOk}, {@link okJson}
 */
export class HttpStatusError<R extends StatusResponse = Response> extends Error {
  /** The status of the response. */
  readonly status: number;
  /** The response itself. */
  declare readonly response: R;

  constructor(response: R) {
    super(`HTTP status ${String(response.status)}`);
    Object.defineProperty(this, 'name', { value: 'HttpStatusError', configurable: true, writable: true });
    Object.defineProperty(this, 'response', { value: response });
    this.status = response.status;
  }
}
