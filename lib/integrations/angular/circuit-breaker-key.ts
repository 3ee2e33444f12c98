import { HttpContextToken } from '@angular/common/http';

/**
 * The key of the registry by which a request is guarded: by this text, or by none and thus not at all if `null`.
 * Default the host of the URL.
 *
 * @example
 * ```ts
 * import '@angular/compiler'; // as there is no build here
 * import { HttpContext } from '@angular/common/http';
 * import { CIRCUIT_BREAKER_KEY } from 'rxjs-fluxgate/angular';
 *
 * // http.get(url, { context: search })
 * const search = new HttpContext().set(CIRCUIT_BREAKER_KEY, 'search');
 * const unguarded = new HttpContext().set(CIRCUIT_BREAKER_KEY, null);
 * console.log(search.get(CIRCUIT_BREAKER_KEY), unguarded.get(CIRCUIT_BREAKER_KEY)); // => search null
 * ```
 *
 * @see {@link circuitBreakerInterceptor}
 */
export const CIRCUIT_BREAKER_KEY: HttpContextToken<string | null | undefined> = new HttpContextToken<
  string | null | undefined
>(() => undefined);
