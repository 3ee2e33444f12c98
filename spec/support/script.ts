import { map, type Observable, type Subscription } from 'rxjs';
import type { CircuitBreaker, State } from 'rxjs-fluxgate';
import type { Context } from 'rxjs-marbles';

/** One letter a state. */
export { STATES as states } from 'rxjs-fluxgate/testing';

/** Does something at each value; an error is not expected. */
export function onEach<T>(source$: Observable<T>, next: (value: T) => void): Subscription {
  const error = (cause: unknown): void => {
    throw new Error('unexpected', { cause });
  };
  return source$.subscribe({ next, error });
}

/** Does at each letter of a diagram what it stands for. */
export function runScript(m: Context, diagram: string, actions: Record<string, () => void>): void {
  onEach<string>(m.cold(diagram), (letter) => actions[letter]?.());
}

/** The state at each letter of a diagram; to read it is not to watch it. */
export function stateAt(m: Context, diagram: string, breaker: CircuitBreaker): Observable<State> {
  return m.cold(diagram).pipe(map(() => breaker.state));
}

/** A call that succeeds at once. */
export function succeed(breaker: CircuitBreaker): void {
  breaker.admit().complete();
}

/** A call that fails at once. */
export function fail(breaker: CircuitBreaker, error: unknown = new Error('down')): void {
  breaker.admit().error(error);
}
