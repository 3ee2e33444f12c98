// The program of the server's process: a real HTTP server that plays the script once it is asked to.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLAY, type Message } from './message.ts';
import { seededRandom } from './random.ts';
import { LATENCY, SCRIPT, SEED, type Phase } from './script.ts';

const random = seededRandom(SEED);

/** Undefined until the script begins: a request before that only warms things up and is not counted. */
let phase: Phase | undefined;

const server = createServer((_request, response) => {
  if (phase) send({ type: 'request' });
  if (phase?.behaviour !== 'hang') void answer(response, phase?.errorRate ?? 0);
});

async function answer(response: ServerResponse, errorRate: number): Promise<void> {
  const status = random() < errorRate ? 500 : 200;
  await sleep(LATENCY.min + random() * (LATENCY.max - LATENCY.min));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ inStock: 42 }));
}

async function play(port: number): Promise<void> {
  for (const [index, next] of SCRIPT.entries()) {
    if (next.behaviour === 'refuse') {
      server.close();
      server.closeAllConnections();
    } else if (!server.listening) {
      await listen(port);
    }
    phase = next;
    send({ type: 'phase', index, at: Date.now() });
    await sleep(next.duration);
  }
  send({ type: 'end' });
}

async function listen(port: number): Promise<number> {
  for (;;) {
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      // While no server listened, the port was free: a process that uses it for an outgoing connection is soon done.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await sleep(100);
    }
  }
}

function send(message: Message): void {
  process.send?.(message);
}

// Ctrl+C reaches both processes. The client's ends the run; this one ends with it, however that ends.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

const port = await listen(0);
process.on('message', (message) => {
  if (message === PLAY) void play(port);
});
send({ type: 'listening', port });
