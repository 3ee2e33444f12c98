import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a backend saw in one second. */
export interface Second {
  requests: number;
  failed: number;
}

/** A backend with two doors, `/alone` and `/fleet`, that counts what comes through each. */
export class Backend {
  failing = false;
  readonly seen = { alone: new Map<number, Second>(), fleet: new Map<number, Second>() };
  private readonly _server: Server;
  private _startedAt = Date.now();

  constructor() {
    this._server = createServer((request, response) => {
      const door = request.url === '/fleet' ? this.seen.fleet : this.seen.alone;
      const second = Math.floor((Date.now() - this._startedAt) / 1_000);
      const counts = door.get(second) ?? { requests: 0, failed: 0 };
      door.set(second, counts);
      counts.requests++;
      if (this.failing) counts.failed++;
      response.writeHead(this.failing ? 503 : 200).end();
    });
  }

  async listen(): Promise<string> {
    this._server.listen(0, '127.0.0.1');
    await once(this._server, 'listening');
    return `http://127.0.0.1:${String((this._server.address() as AddressInfo).port)}`;
  }

  /** The seconds count from now. */
  start(): void {
    this._startedAt = Date.now();
  }

  failures(door: 'alone' | 'fleet'): number {
    return [...this.seen[door].values()].reduce((sum, { failed }) => sum + failed, 0);
  }

  close(): void {
    this._server.closeAllConnections();
    this._server.close();
  }
}
