import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis for the example: the one of REDIS_URL, or one of its own on a free port. */
export class Engine {
  readonly url: string;
  private readonly _process: ChildProcess | undefined;
  private readonly _folder: string | undefined;

  private constructor(url: string, process?: ChildProcess, folder?: string) {
    this.url = url;
    this._process = process;
    this._folder = folder;
  }

  static async start(): Promise<Engine | undefined> {
    const given = process.env['REDIS_URL'];
    if (given) return new Engine(given);
    try {
      execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    const port = await findFreePort();
    const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
    const options = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ];
    const redis = spawn('redis-server', options, { stdio: 'ignore' });
    while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 20));
    return new Engine(`redis://127.0.0.1:${String(port)}`, redis, folder);
  }

  stop(): void {
    this._process?.kill();
    if (this._folder) rmSync(this._folder, { recursive: true, force: true });
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
