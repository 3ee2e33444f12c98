import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the API responds: well, with status 503, or not at all because nothing listens. */
export type Mode = 'up' | 'failing' | 'down';

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script src="/bundle.js"></script>';

/** Serves a page that has loaded the bundle, an API at `/api` that fails on command, and one that hangs. */
export class Backend {
  /** How many calls have reached the API. */
  requests = 0;
  /** How many calls hang at `/api/hanging` now. */
  hanging = 0;
  #mode: Mode = 'up';
  /** Chosen by the system the first time, then kept. */
  #port = 0;
  readonly #bundle: string;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  constructor(bundle: string) {
    this.#bundle = bundle;
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  async serve(mode: Mode): Promise<void> {
    this.#mode = mode;
    if (mode === 'down') {
      await this.stop();
    } else if (!this.#server.listening) {
      this.#server.listen(this.#port, '127.0.0.1');
      await once(this.#server, 'listening');
      this.#port = (this.#server.address() as AddressInfo).port;
    }
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer({ url }: IncomingMessage, response: ServerResponse): void {
    if (url === '/') response.setHeader('content-type', 'text/html').end(PAGE);
    else if (url === '/bundle.js') response.setHeader('content-type', 'text/javascript').end(this.#bundle);
    else if (url === '/api/hanging') this.#hang(response);
    else this.#answerCall(response);
  }

  #hang(response: ServerResponse): void {
    this.hanging++;
    response.on('close', () => this.hanging--);
  }

  #answerCall(response: ServerResponse): void {
    this.requests++;
    response.statusCode = this.#mode === 'up' ? 200 : 503;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(this.#mode));
  }
}
