import { Observable, tap } from 'rxjs';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import { isCallNotPermitted, type CallNotPermittedError } from '../../errors/call-not-permitted-error.ts';
import { tryOrReport } from '../../util/report-error.ts';

/** When a call settles: by the end of what the handler returned, or by its first value, because that may be a stream. */
type SettledBy = 'end' | 'first value';

/**
 * Guards what a handler returns, as the operator would, but for the rejection by another breaker inside it: that says
 * nothing about the handler, so the call counts for nothing, whatever the tracker is and whether a value came before.
 */
export function guard(
  handled$: Observable<unknown>,
  breaker: CircuitBreaker,
  settledBy: SettledBy,
): Observable<unknown> {
  return new Observable((subscriber) => {
    // Of values the call is told none but a rejection, so that it can be ignored.
    const call = breaker.admit<CallNotPermittedError>(() => 'ignored');
    let answered = false;
    const recorded$ = handled$.pipe(
      tap({
        next: () => {
          answered = true;
          if (settledBy === 'first value') call.complete();
        },
        error: (error: unknown) => (isCallNotPermitted(error) ? call.next(error) : call.error(error)),
        complete: () => call.complete(),
      }),
    );
    // Whoever leaves with a value has got what it wanted.
    subscriber.add(() => (answered ? tryOrReport(() => call.complete()) : call.unsubscribe()));
    // A listener told at admission may have unsubscribed.
    if (!subscriber.closed) recorded$.subscribe(subscriber);
  });
}
