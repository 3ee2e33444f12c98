// Listens to prices over a WebSocket, through a circuit breaker, and connects again when the connection breaks; in an
// outage the circuit opens, so that the server is left in peace until it is back. Exits with 1 if the circuit does not
// open and close, or if no price comes after the outage. Run: npx tsx examples/websocket/main.ts
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { firstValueFrom, retry, skipWhile, takeUntil, tap, timeout, timer } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { CircuitBreaker, circuitBreaker, cooldown, failureStreak, firstValue, probes } from 'rxjs-fluxgate';
import { httpFailure } from 'rxjs-fluxgate/http';
import { WebSocket, WebSocketServer } from 'ws';

const start = Date.now();
const print = (text: string): void => console.log(`${String(Date.now() - start).padStart(5)} ms  ${text}`);

// The server: a price each 200 ms.
function listen(port: number): WebSocketServer {
  const server = new WebSocketServer({ port, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    let price = 100;
    const timer = setInterval(() => socket.send(JSON.stringify({ price: price++ })), 200);
    socket.on('close', () => clearInterval(timer));
  });
  return server;
}

function stop(server: WebSocketServer): void {
  server.close();
  for (const socket of server.clients) socket.terminate();
}

let server = listen(0);
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

// Each attempt to connect is a call. The first price settles it, since the stream never ends.
let recovered = false;
const prices = new CircuitBreaker({
  name: 'prices',
  tracker: httpFailure(), // a socket that cannot connect or breaks, and a time-out
  tripper: failureStreak(3),
  retry: cooldown(500),
  recovery: probes(1), // one attempt decides
  listeners: [
    ({ oldState, newState, detail }) => {
      print(`${oldState} → ${newState}: ${detail}`);
      recovered = newState === 'closed';
    },
  ],
});

const price$ = webSocket<{ price: number }>({
  url: `ws://127.0.0.1:${String(port)}`,
  WebSocketCtor: WebSocket as unknown as typeof globalThis.WebSocket, // a browser needs none
}).pipe(
  timeout({ first: 2_000 }), // a server that takes the connection and sends nothing
  tap({ subscribe: () => print('connects'), error: () => print('has no connection') }),
  circuitBreaker(prices, { classify: firstValue }),
  retry({ delay: 100 }), // after the breaker: while it is open, an attempt costs nothing
);

// An outage of two seconds.
setTimeout(() => stop(server), 1_000);
setTimeout(() => (server = listen(port)), 3_000);

// Until a price comes after the circuit has opened and closed again.
const last$ = price$.pipe(
  tap(({ price }) => print(`price ${String(price)}`)),
  skipWhile(() => !recovered),
  takeUntil(timer(15_000)),
);
const last = await firstValueFrom(last$, { defaultValue: undefined });

stop(server);
console.log(last ? 'The prices are back.' : 'The prices did not come back.');
process.exitCode = last ? 0 : 1;
