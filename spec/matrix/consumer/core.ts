import { defer, filter, firstValueFrom, interval, of, throwError, type Observable } from 'rxjs';
import {
  CallNotPermittedError,
  circuitBreaker,
  CircuitBreakerRegistry,
  cooldown,
  failureStreak,
  isCallNotPermitted,
  probes,
  Tripper,
  type CallContext,
  type Signal,
} from 'rxjs-fluxgate';

const print = (line: string): void => console.log(line);

/** A tripper as users write them, which never trips here. */
class ManyInFlight extends Tripper {
  test({ inFlight }: CallContext): boolean {
    return inFlight > 1_000;
  }
}

/** Trips, rejects, probes and closes, in real time. */
async function tripAndRecover(): Promise<void> {
  const registry = new CircuitBreakerRegistry({
    tripper: failureStreak(2).or(new ManyInFlight()),
    retry: cooldown(1_000), // so long that no machine is too slow to be rejected
    recovery: probes(1),
  });
  registry.signal$.subscribe({
    next: ({ name, oldState, newState }: Signal) => print(`${name}: ${oldState} → ${newState}`),
    error: print,
  });
  const breaker = registry.get('stock');
  const disposable: Disposable = breaker;
  if (disposable !== registry.get('stock')) print('another breaker');

  let down = true;
  const stock$: Observable<string> = defer(() => (down ? throwError(() => new Error('503')) : of('in stock'))).pipe(
    circuitBreaker(breaker, { classify: (value) => (value.length > 0 ? 'success' : 'failure') }),
  );
  const call = (): Promise<void> =>
    firstValueFrom(stock$, { defaultValue: 'nothing' }).then(print, (error: unknown) => print(described(error)));
  await call();
  await call();
  await call();
  // No timer of a breaker keeps Node alive.
  const awake = interval(1_000).subscribe();
  await firstValueFrom(breaker.state$.pipe(filter((state) => state === 'half_open')), { defaultValue: 'disabled' });
  awake.unsubscribe();
  down = false;
  await call();
  registry.dispose();
}

function described(error: unknown): string {
  if (!isCallNotPermitted(error)) return String(error);
  return `rejected by ${error.circuit}, an instance: ${String(error instanceof CallNotPermittedError)}`;
}

void tripAndRecover();
