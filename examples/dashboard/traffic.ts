import { catchError, defer, EMPTY, interval, map, mergeMap, NEVER, timeout, timer, type Observable } from 'rxjs';
import { circuitBreaker, type CircuitBreaker } from 'rxjs-fluxgate';
import type { Dependency } from './dependencies.ts';

/** In ms: a caller that waits longer gives up. */
const PATIENCE = 1_000;

/** Calls the dependency at its steady rate, each time through the circuit breaker; never ends. */
export function traffic({ rate, answer }: Dependency, breaker: CircuitBreaker): Observable<unknown> {
  const startedAt = Date.now();
  const call$ = defer(() => {
    const given = answer(Date.now() - startedAt);
    if (given === 'never') return NEVER;
    return timer(given.latency).pipe(
      map(() => {
        if (given.fails) throw new Error('connection refused');
      }),
    );
  });
  const guarded$ = call$.pipe(
    timeout(PATIENCE), // before the breaker: a hang becomes an error that it sees
    circuitBreaker(breaker),
    catchError(() => EMPTY),
  );
  return interval(1_000 / rate).pipe(mergeMap(() => guarded$));
}
