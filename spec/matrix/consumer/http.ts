import { of } from 'rxjs';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak } from 'rxjs-fluxgate';
import { httpFailure, responseOutcome, retryAfter } from 'rxjs-fluxgate/http';

// A bad response is a failure as a value and as an error, and says when to come back.
const breaker = new CircuitBreaker({
  tracker: httpFailure({ statuses: (status) => status >= 500 }),
  tripper: failureStreak(2),
  retry: retryAfter(cooldown(60_000), { max: 10_000 }),
});
const response = { status: 503, headers: { 'Retry-After': '7' } };

of(response)
  .pipe(circuitBreaker(breaker, { classify: responseOutcome() }))
  .subscribe();
breaker.admit().error({ response });
const { state, changedAt, retryAt = NaN } = breaker.info();
console.log(`${state} for ${String(retryAt - changedAt)} ms`);
