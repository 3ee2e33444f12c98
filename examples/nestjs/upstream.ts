import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The dependency of the application: a server that responds with a number, or fails while `failing`. */
export class Upstream {
  failing = false;
  requests = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((_, response) => {
      this.requests++;
      response.writeHead(this.failing ? 500 : 200, { 'content-type': 'application/json' });
      response.end(this.failing ? '"out of order"' : '42');
    });
  }

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
