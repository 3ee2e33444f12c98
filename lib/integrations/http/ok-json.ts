import { read } from './read.ts';
import { throwUnlessOk } from './throw-unless-ok.ts';

/**
 * Reads the body of a good response as JSON; the `selector` that `fromFetch` needs for a circuit breaker to protect.
 *
 * *Details.* Rejects with an {@link HttpStatusError} for a bad status, and with the error of `response.json()` for a body
 * that breaks off or is not JSON. The latter gets a `response`, by which `httpDefaults()` knows that an answer came.
 *
 * @param response of fetch; its body must be unread
 * @example
 * ```ts
 * import { timeout } from 'rxjs';
 * import { fromFetch } from 'rxjs/fetch';
 * import { CircuitBreaker, circuitBreaker } from 'rxjs-fluxgate';
 * import { httpDefaults, okJson } from 'rxjs-fluxgate/http';
 *
 * const stock = new CircuitBreaker({ name: 'stock', ...httpDefaults() });
 *
 * fromFetch('data:application/json,{"amount":42}', { selector: okJson<{ amount: number }> })
 *   .pipe(timeout(2_000), circuitBreaker(stock))
 *   .subscribe(({ amount }) => console.log(amount)); // => 42
 * ```
 *
 * @see {@link throwUnlessOk} for bodies of another kind
 */
export async function okJson<T = unknown>(response: Response): Promise<T> {
  throwUnlessOk(response);
  try {
    return (await response.json()) as T;
  } catch (error) {
    // By name: the parser may be of another realm.
    if (read(error, 'name') === 'SyntaxError') {
      Object.defineProperty(error, 'response', { value: response, configurable: true });
    }
    throw error;
  }
}
