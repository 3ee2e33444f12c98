import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy that delays, swallows or cuts what passes. */
export class Proxy {
  readonly port: number;
  /** Added to each direction, in ms. */
  latency = 0;
  /** Sockets stay open and nothing passes, as after a cable was pulled. */
  swallows = false;
  private readonly _server: Server;
  private readonly _sockets = new Set<Socket>();

  private constructor(server: Server) {
    this._server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(target: number): Promise<Proxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new Proxy(server);
    server.on('connection', (socket) => proxy._join(socket, connect(target, '127.0.0.1')));
    return proxy;
  }

  cut(): void {
    for (const socket of this._sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this._server.close();
    await once(this._server, 'close');
  }

  private _join(one: Socket, other: Socket): void {
    const ends: [Socket, Socket][] = [
      [one, other],
      [other, one],
    ];
    for (const [from, to] of ends) {
      this._sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        this._sockets.delete(from);
        to.destroy();
      });
      from.on('data', (data) => {
        if (this.swallows) return;
        setTimeout(() => to.write(data), this.latency);
      });
    }
  }
}
