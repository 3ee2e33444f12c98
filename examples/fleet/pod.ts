// One of the processes: it calls the backend by a breaker that is alone, and by one in a fleet.
import { catchError, config, defer, EMPTY, filter, interval, mergeMap, take, timeout } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { createClient } from 'redis';
import {
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureRate,
  failureStreak,
  minRequests,
  probes,
} from 'rxjs-fluxgate';
import { joinFleet, openMembers } from 'rxjs-fluxgate/fleet';
import { redisStore } from 'rxjs-fluxgate/redis';
import { parentStore } from './parent-store.ts';
import { PERIOD, PODS, type Order, type Report } from './script.ts';

const [, , id = 'pod', redis = ''] = process.argv;

let started = false;
// While all processes start at once, an answer may be late.
config.onUnhandledError = (error: Error) => started && console.log(`${id}: ${error.message}`);

// The same settings for both; only the fleet makes the difference.
const options = { name: 'stock', tripper: failureStreak(10), retry: cooldown(1_500), recovery: probes(2) };
const alone = new CircuitBreaker(options);
const together = new CircuitBreaker(options);

const client = redis ? createClient({ url: redis }).on('error', () => undefined) : undefined;
client?.connect().catch(() => undefined);
const fleet = joinFleet(together, {
  store: client ? redisStore(client, { namespace: 'example' }) : parentStore(),
  tripper: openMembers(0.5).or(failureRate(0.5).and(minRequests(10))),
  window: 2_000,
  every: 250,
  spread: 500,
  id,
});

report(alone, false);
report(together, true);
process.on('message', (order: Order) => {
  if (order.type === 'start') {
    started = true;
    calls(`${order.url}/alone`, alone);
    calls(`${order.url}/fleet`, together);
  }
  if (order.type === 'stop') {
    fleet.unsubscribe();
    process.exit(0);
  }
});
const linked$ = fleet.status$.pipe(
  filter(([status]) => status?.linked === true && status.members === PODS),
  take(1),
);
linked$.subscribe(() => send({ type: 'ready' }));

function calls(url: string, breaker: CircuitBreaker): void {
  const call$ = fromFetch(url, {
    selector: (response) =>
      defer(() => {
        if (!response.ok) throw new Error(`status ${String(response.status)}`);
        return response.text();
      }),
  }).pipe(
    timeout(1_000),
    circuitBreaker(breaker),
    catchError(() => EMPTY),
  );
  interval(PERIOD)
    .pipe(mergeMap(() => call$))
    .subscribe();
}

function report(breaker: CircuitBreaker, inFleet: boolean): void {
  breaker.signal$.subscribe(({ oldState, newState }) => {
    if (newState === 'open' && oldState === 'closed') send({ type: 'opened', fleet: inFleet });
    if (newState === 'closed') send({ type: 'closed', fleet: inFleet });
  });
  breaker.call$.subscribe(({ type, state }) => {
    if (state === 'half_open' && type !== 'rejected') send({ type: 'probe', fleet: inFleet });
  });
}

function send(message: Report): void {
  process.send?.(message);
}
