import { lastValueFrom, type Observable } from 'rxjs';
import { AjaxError } from 'rxjs/ajax';
import {
  byTripper,
  CircuitBreaker,
  cooldown,
  failureStreak,
  isCallNotPermitted,
  type CircuitBreakerOptions,
} from 'rxjs-fluxgate';

// What the specs use in the page, where it is the global `inPage`.
export * as fluxgate from 'rxjs-fluxgate';
export * as rxjs from 'rxjs';
export { ajax } from 'rxjs/ajax';
export { fromFetch } from 'rxjs/fetch';

/** A breaker that opens at the third failure, closes at its first good probe, and has been watched from the start. */
export function watchedBreaker(options: CircuitBreakerOptions): { breaker: CircuitBreaker; changes: string[] } {
  const breaker = new CircuitBreaker({
    name: 'api',
    tripper: failureStreak(3),
    retry: cooldown(300),
    recovery: byTripper(),
    ...options,
  });
  const changes: string[] = [];
  breaker.signal$.subscribe(({ oldState, newState }) => changes.push(`${oldState} → ${newState}`));
  return { breaker, changes };
}

/** How a call ends: its last value, or what its error is. */
export function endOf(call$: Observable<unknown>): Promise<string> {
  return lastValueFrom(call$).then(String, (error: unknown) => {
    if (isCallNotPermitted(error)) return `rejected by ${error.circuit}`;
    if (error instanceof AjaxError) return `AjaxError ${String(error.status)}`;
    return error instanceof Error ? error.name : `${String(error)}, which is no Error`;
  });
}
