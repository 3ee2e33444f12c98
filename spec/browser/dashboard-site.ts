import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CircuitViews } from 'rxjs-fluxgate';
import { dashboard, type DashboardHandler, type DashboardOptions } from 'rxjs-fluxgate/dashboard';

/** A server that serves a dashboard, and can be stopped and started again at the same address. */
export class DashboardSite {
  /** All requests that have reached it. */
  readonly requests: string[] = [];
  #server: Server | undefined;
  #handler: DashboardHandler | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}/ops/circuits`;
  }

  async start(breakers: CircuitViews, options: DashboardOptions = {}): Promise<void> {
    const handler = dashboard(breakers, options);
    this.#handler = handler;
    this.#server = createServer((request: IncomingMessage, response) => {
      this.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      handler(request, response);
    });
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** As if the process had died. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    this.#handler?.dispose();
  }
}
