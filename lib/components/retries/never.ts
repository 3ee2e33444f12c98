import { factory } from '../../util/factory.ts';
import type { Retry } from './retry.ts';

/**
 * A retry that is never due: an open circuit stays open until a command.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, never } from 'rxjs-fluxgate';
 *
 * const breaker = new CircuitBreaker({ retry: never() });
 * breaker.trip();
 * console.log(breaker.info().retryAt); // => undefined
 * ```
 *
 * @see {@link always}, {@link cooldown}
 * @see Fluxgate's `Never`
 */
export const never = /* @__PURE__ */ factory('never', (): Retry => () => Infinity);
