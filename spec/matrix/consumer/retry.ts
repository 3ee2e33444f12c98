import { concat, defer, ignoreElements, of, retry, tap, throwError } from 'rxjs';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak } from 'rxjs-fluxgate';
import { retryBudget, retryWithin, unlessRejected, whenAvailable } from 'rxjs-fluxgate/retry';

// Retries within a budget, that end with the first rejection, and a wait for a circuit that is closed.
const stock = new CircuitBreaker({ name: 'stock', tripper: failureStreak(3), retry: cooldown(60_000) });
const budget = retryBudget({ ratio: 0.2 });
let requests = 0;
const stock$ = defer(() => (++requests === 1 ? throwError(() => new Error('503')) : of('pens')));
const print = (text: string): void => console.log(text);

const available$ = whenAvailable(stock).pipe(tap({ complete: () => print('available') }), ignoreElements());
const retried$ = stock$.pipe(circuitBreaker(stock), retryWithin(budget, { count: 3, delay: 0 }));
const rejected$ = throwError(() => new Error('503')).pipe(
  circuitBreaker(stock),
  retry({ count: 9, delay: unlessRejected(1) }),
);
concat(available$, retried$, rejected$).subscribe({
  next: (value) => print(`${value} at request ${String(requests)}`),
  error: (error: unknown) => print(`${(error as Error).name} after ${String(stock.info().rejected)} rejection`),
});
