// Calls a stock service by fetch, through a circuit breaker, while the service is out for three requests: the circuit
// opens, waits as long as the service asks, probes and closes. Exits with 1 if it does not. Run: npx tsx examples/fetch/main.ts
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { catchError, delay, exhaustMap, filter, interval, lastValueFrom, map, merge, of } from 'rxjs';
import { skipWhile, takeUntil, tap, throwError, timeout, timer } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak, isCallNotPermitted, probes } from 'rxjs-fluxgate';
import { httpDefaults, okJson } from 'rxjs-fluxgate/http';

const start = Date.now();
const log = (text: string): void => console.log(`${String(Date.now() - start).padStart(5)} ms  ${text}`);

// The service: well, but for its sixth to eighth request. Counted, so that it is the same on a busy machine.
let requests = 0;
const server = createServer((_request, response) => {
  requests++;
  const out = requests >= 6 && requests <= 8;
  if (out) response.writeHead(503, { 'retry-after': '1' }).end();
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ inStock: 42 }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

// One breaker for the service, shared by every call of it.
const stock = new CircuitBreaker({
  name: 'stock',
  ...httpDefaults({ fallback: cooldown(500) }), // 408, 429, 5xx, network failures and time-outs are failures
  tripper: failureStreak(3),
  recovery: probes(1),
  listeners: [({ oldState, newState, detail }) => log(`${oldState} → ${newState}: ${detail}`)],
});

const answer$ = fromFetch(url, { selector: okJson<{ inStock: number }> }).pipe(
  timeout(2_000), // before the breaker: a hang becomes an error that it sees
  circuitBreaker(stock),
  map(({ inStock }) => `${String(inStock)} in stock`),
  catchError((error: unknown) => (isCallNotPermitted(error) ? of('a guess, no request') : throwError(() => error))),
  catchError((error: unknown) => of(String(error))),
);

// Ten calls a second, until the circuit has opened and closed again, and a little longer.
const recovered$ = stock.state$.pipe(
  skipWhile((state) => state !== 'open'),
  filter((state) => state === 'closed'),
  delay(300),
);
const answers$ = interval(100).pipe(
  exhaustMap(() => answer$),
  tap(log),
  takeUntil(merge(recovered$, timer(10_000))),
);
await lastValueFrom(answers$, { defaultValue: undefined });

server.close();
server.closeAllConnections();
const { state, rejected } = stock.info();
console.log(`${String(requests)} requests were made, ${String(rejected)} were not; the circuit is ${state}.`);
process.exitCode = state === 'closed' && rejected > 0 ? 0 : 1;
