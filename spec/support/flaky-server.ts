import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A whole answer; by default 200 with the body `{"ok":true}`. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/**
 * What the server does with a request: answer it; `hang` without a word; `reset` the connection; `truncate` the body
 * of an answer that began well; `stream` an event each 10 ms until the client leaves.
 */
export type Behaviour = Answer | 'hang' | 'reset' | 'truncate' | 'stream';

/**
 * A real HTTP server on a free port of 127.0.0.1, whose behaviour a test changes as it goes; it may also be down, so
 * that connections are refused.
 *
 * @example
 * ```ts
 * const server = await FlakyServer.start();
 * afterAll(() => server.stop());
 * server.behaviour = { status: 503, headers: { 'retry-after': '30' } };
 * await server.goDown();
 * await server.comeUp();
 * ```
 */
export class FlakyServer {
  /** Where a WebSocket server may be attached; its connections are cut with the others. */
  readonly http: Server;
  behaviour: Behaviour = {};
  /** How many requests have come in. */
  requests = 0;
  /** How many of them the client left before the end of the answer. */
  abandoned = 0;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor() {
    this.http = createServer((request, response) => this.#serve(request, response));
    this.http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<FlakyServer> {
    const server = new FlakyServer();
    await server.comeUp();
    return server;
  }

  /** `http://127.0.0.1:<port>`; the same after an outage. */
  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Cuts all connections and refuses new ones. */
  async goDown(): Promise<void> {
    if (!this.http.listening) return;
    const closed = once(this.http, 'close');
    this.http.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Listens again, on the port it had. */
  async comeUp(): Promise<void> {
    while (!this.http.listening) {
      this.http.listen(this.#port, '127.0.0.1');
      try {
        await once(this.http, 'listening');
        this.#port = (this.http.address() as AddressInfo).port;
      } catch (error) {
        // While no server listened, the port was free: a process that uses it for an outgoing connection is soon done.
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
        await sleep(50);
      }
    }
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    await this.goDown();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    response.on('close', () => {
      if (!response.writableFinished) this.abandoned++;
    });
    const { behaviour } = this;
    switch (behaviour) {
      case 'hang':
        break;
      case 'reset':
        request.socket.resetAndDestroy();
        break;
      case 'truncate':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"ok":', () => request.socket.destroy());
        break;
      case 'stream':
        stream(response);
        break;
      default:
        answer(response, behaviour);
    }
  }
}

function answer(response: ServerResponse, { status = 200, headers = {}, body = { ok: true } }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Server-sent events: 0, 1, 2 and so on. */
function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let event = 0;
  const timer = setInterval(() => response.write(`data: ${String(event++)}\n\n`), 10);
  response.on('close', () => clearInterval(timer));
}
