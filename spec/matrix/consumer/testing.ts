import { catchError, mergeMap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak, isCallNotPermitted, probes } from 'rxjs-fluxgate';
import { chaos, drive, outage, STATES } from 'rxjs-fluxgate/testing';

// A scripted outage, a breaker by marbles and an injected fault, in virtual time.
const states: string[] = [];
const seen: string[] = [];
const print = (error: unknown): void => console.log(error);
const assert = (actual: unknown, expected: unknown): void =>
  console.log(JSON.stringify(actual) === JSON.stringify(expected) ? 'as expected' : 'otherwise');

new TestScheduler(assert).run(({ hot, flush }) => {
  const breaker = new CircuitBreaker({ tripper: failureStreak(3), retry: cooldown(10), recovery: probes(2) });
  breaker.state$.subscribe({ next: (state) => states.push(state), error: print });
  const stock$ = outage('ok---down--------ok-------', { value: 'pen', latency: 0 }).pipe(
    chaos({ enabled: true, rate: 0, fault: new Error('injected') }),
    circuitBreaker(breaker),
  );
  const outcome$ = hot('c----c-c-c-c--------c-c---').pipe(
    mergeMap(() => stock$.pipe(catchError((error: unknown) => [isCallNotPermitted(error) ? 'rejected' : 'down']))),
  );
  outcome$.subscribe({ next: (outcome) => seen.push(outcome), error: print });
  flush();
});
new TestScheduler(assert).run(({ expectObservable }) => {
  const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
  drive(breaker, 'f-f-s');
  expectObservable(breaker.state$, '^----!').toBe('c-o---', STATES);
});
console.log(seen.join(' '));
console.log(states.join(' '));
