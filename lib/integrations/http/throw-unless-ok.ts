import { HttpStatusError, type StatusResponse } from './http-status-error.ts';
import { read } from './read.ts';

/**
 * Returns a response whose status is 200 to 299, and throws an {@link HttpStatusError} for any other, so that a circuit
 * breaker sees the status.
 *
 * *Details.* The body is not read. An opaque response (`mode: 'no-cors'`, `redirect: 'manual'`) has no status to judge
 * and is returned.
 *
 * @param response of fetch, or any other that has `ok` and `status`
 * @throws HttpStatusError, whose `response` is the given one
 * @example
 * ```ts
 * import { throwUnlessOk } from 'rxjs-fluxgate/http';
 *
 * const text = await throwUnlessOk(new Response('in stock')).text();
 * console.log(text); // => in stock
 *
 * try {
 *   throwUnlessOk(new Response('', { status: 503 }));
 * } catch (error) {
 *   console.log(String(error)); // => HttpStatusError: HTTP status 503
 * }
 * ```
 *
 * @see {@link okJson}, {@link httpDefaults}
 */
export function throwUnlessOk<R extends StatusResponse>(response: R): R {
  const type = read(response, 'type');
  if (response.ok || type === 'opaque' || type === 'opaqueredirect') return response;
  throw new HttpStatusError(response);
}
