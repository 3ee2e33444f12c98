import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeze } from '../../support/freeze.ts';

/** A port of the loopback interface that is free now. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A redis-server of its own on a free port, without persistence, so that a restart is empty. */
export class RedisServer {
  readonly port: number;
  readonly url: string;
  private readonly _folder = mkdtempSync(join(tmpdir(), 'fluxgate-redis-'));
  private readonly _options: readonly string[];
  private _process: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this.url = `redis://127.0.0.1:${String(port)}`;
    this._options = options;
  }

  static async start(...options: string[]): Promise<RedisServer> {
    const server = new RedisServer(await findFreePort(), options);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const fixed = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const folder = ['--dir', this._folder, '--daemonize', 'no'];
    this._process = spawn('redis-server', [...fixed, ...folder, ...this._options], { stdio: 'ignore' });
    for (;;) {
      if (await accepts(this.port)) return;
      if (this._process.exitCode !== null) throw new Error('redis-server ended at once');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Freezes the process: connections stay open without a reply. */
  freeze(): void {
    if (this._process) freeze(this._process);
  }

  thaw(): void {
    this._process?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { _process: process } = this;
    this._process = undefined;
    if (process?.exitCode !== null || process.signalCode !== null) return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  }

  /** Runs redis-cli and returns what it prints. */
  cli(...args: string[]): string {
    return execFileSync('redis-cli', ['-p', String(this.port), ...args], { encoding: 'utf8' }).trim();
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this._folder, { recursive: true, force: true });
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString().startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
