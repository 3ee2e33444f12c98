import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../support/find-free-port.ts';
import { freeze } from '../support/freeze.ts';

/** The server of an engine, on a free port and with a folder of its own, which a test may freeze, kill and start again. */
export abstract class EngineServer {
  readonly port: number;
  protected readonly folder = mkdtempSync(join(tmpdir(), 'fluxgate-engine-'));
  private readonly _options: readonly string[];
  private _process: ChildProcess | undefined;

  constructor(port: number, options: readonly string[]) {
    this.port = port;
    this._options = options;
  }

  static async start<S extends EngineServer>(
    this: new (port: number, options: readonly string[]) => S,
    ...options: string[]
  ): Promise<S> {
    const server = new this(await findFreePort(), options);
    await server.start();
    return server;
  }

  /** The program and the arguments that it always gets. */
  protected abstract toCommand(): readonly [string, ...string[]];

  /** What to send to a server that is up, and how its reply begins. */
  protected abstract toGreeting(): { readonly sent: string; readonly reply: string };

  async start(): Promise<void> {
    const [program, ...fixed] = this.toCommand();
    this._process = spawn(program, [...fixed, ...this._options], { stdio: 'ignore' });
    while (!(await this._isUp())) {
      if (this._process.exitCode !== null) throw new Error(`${program} ended at once`);
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
    rmSync(this.folder, { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.kill();
    this.forget();
  }

  private async _isUp(): Promise<boolean> {
    const { sent, reply } = this.toGreeting();
    const socket = connect(this.port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.write(sent);
      const [data] = (await once(socket, 'data')) as [Buffer];
      return data.toString().startsWith(reply);
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}
