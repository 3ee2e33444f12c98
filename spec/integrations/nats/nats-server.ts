import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../redis/redis-server.ts';
import { freeze } from '../../support/freeze.ts';

/** A nats-server of its own on a free port, with JetStream in a folder of its own. */
export class NatsServer {
  readonly port: number;
  private readonly _folder = mkdtempSync(join(tmpdir(), 'fluxgate-nats-'));
  private readonly _options: readonly string[];
  private _process: ChildProcess | undefined;

  private constructor(port: number, options: readonly string[]) {
    this.port = port;
    this._options = options;
  }

  static async start(...options: string[]): Promise<NatsServer> {
    const server = new NatsServer(await findFreePort(), options);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const fixed = ['--addr', '127.0.0.1', '--port', String(this.port), '--jetstream', '--store_dir', this._folder];
    this._process = spawn('nats-server', [...fixed, ...this._options], { stdio: 'ignore' });
    for (;;) {
      if (await accepts(this.port)) return;
      if (this._process.exitCode !== null) throw new Error('nats-server ended at once');
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

  /** The next start finds nothing. */
  forget(): void {
    rmSync(this._folder, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.kill();
    this.forget();
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString().startsWith('INFO');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
