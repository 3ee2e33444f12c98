import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that can be made to fail. */
export class StockServer {
  failing = false;
  /** How many requests have reached it. */
  requests = 0;

  readonly #server = createServer((_, response) => {
    this.requests++;
    response.writeHead(this.failing ? 503 : 200, { 'content-type': 'application/json' });
    response.end(this.failing ? '' : '{"amount":42}');
  });

  /** Where it listens, once it does. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/stock`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
