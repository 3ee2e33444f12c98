import { of } from 'rxjs';
import { CircuitBreaker, circuitBreaker, CircuitBreakerRegistry, cooldown, failureStreak } from 'rxjs-fluxgate';
import { guardFetch, httpDefaults, httpFailure, okJson, responseOutcome, retryAfter } from 'rxjs-fluxgate/http';

// A bad response is a failure as a value and as an error, and has when to come back.
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

// A port that no server listens on: to each runtime a network failure of another text.
const hosts = new CircuitBreakerRegistry(httpDefaults());
const guarded = guardFetch(hosts);
async function callDeadHost(): Promise<void> {
  for (let i = 0; i < 5; i++) await guarded('http://127.0.0.1:2/').then(okJson, () => undefined);
  for (const host of hosts) console.log(`${host.state} after network failures`);
}
void callDeadHost();
