import type { BreakerSnapshot } from '../types/breaker-snapshot.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { MAX_DETAIL } from './max-detail.ts';

/**
 * The state of a breaker as plain JSON, to go on from with {@link restore}: after a redeployment, a cold start of a
 * serverless function, or from the server to the browser.
 *
 * Calls, counts and errors are not part of it.
 *
 * @param breaker the breaker to read; reading it changes nothing
 * @example
 * ```ts
 * import { CircuitBreaker, cooldown, restore, snapshotOf } from 'rxjs-fluxgate';
 *
 * const options = { name: 'payments', retry: cooldown(60_000) };
 * const old = new CircuitBreaker(options);
 * old.trip('503s');
 * const text = JSON.stringify(snapshotOf(old));
 *
 * const next = new CircuitBreaker(options);
 * restore(next, JSON.parse(text));
 * console.log(next.state, snapshotOf(next).detail); // => open trip(): 503s
 * ```
 *
 * @see {@link restore}
 */
export function snapshotOf({ _circuit: circuit }: CircuitBreaker): BreakerSnapshot {
  const { clock, options, state, reopens, detail, dueAt } = circuit;
  const now = clock.now();
  return Object.freeze({
    version: 1,
    name: options.name,
    state: state.name,
    takenAt: clock.toSchedulerTime(now),
    changedAt: clock.toSchedulerTime(state.changedAt),
    age: now - state.changedAt,
    reopens,
    wait: dueAt === undefined ? null : Math.max(0, dueAt - now),
    detail: detail.slice(0, MAX_DETAIL),
  });
}
