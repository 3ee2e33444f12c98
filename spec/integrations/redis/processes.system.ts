import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../fleet/team.ts';
import { bundle } from '../../support/bundle.ts';
import { RedisServer } from './redis-server.ts';

const FILE = bundle(new URL('fixtures/pod.ts', import.meta.url));

/** A process, and the last that it has printed of each thing. */
class Pod {
  readonly printed = new Map<string, string>();
  complaints = '';
  private readonly _process: ChildProcess;
  private readonly _exit: Promise<unknown[]>;

  constructor(url: string, id: string, manner: string) {
    this._process = spawn(process.execPath, [FILE, url, id, manner]);
    this._exit = once(this._process, 'exit');
    createInterface({ input: this._process.stdout! }).on('line', (line) => {
      const [what = '', value = ''] = line.split(' ');
      this.printed.set(what, value);
    });
    this._process.stderr!.on('data', (data: Buffer) => (this.complaints += data.toString()));
  }

  get state(): string | undefined {
    return this.printed.get('state');
  }

  order(line: string): void {
    this._process.stdin!.write(`${line}\n`);
  }

  async exitCode(): Promise<unknown> {
    const [code] = await this._exit;
    return code;
  }

  kill(): void {
    this._process.kill('SIGKILL');
  }
}

describe('eight processes on one Redis', () => {
  let server: RedisServer;
  let pods: Pod[];

  beforeAll(async () => {
    server = await RedisServer.start();
    pods = Array.from({ length: 8 }, (_, i) => new Pod(server.url, `pod-${String(i)}`, i % 2 ? 'abrupt' : 'tidy'));
    await eventually(() => pods.every(({ printed }) => printed.get('members') === '8'));
  }, 120_000);

  afterAll(async () => {
    for (const pod of pods) pod.kill();
    await server.stop();
  });

  const all = (state: string) => (): boolean => pods.every((pod) => pod.state === state);
  const order = (line: string): void => pods.forEach((pod) => pod.order(line));

  it('should open together, close together and follow a command', async () => {
    order('call');
    pods[0]!.order('fail');
    await eventually(all('open'));
    pods[0]!.order('work');
    await eventually(all('closed'));
    pods[3]!.order('force');
    await eventually(all('forced_open'));
    pods[4]!.order('reset');
    await eventually(all('closed'));
  });

  it('should end by themselves with 0, whether they leave or not', async () => {
    order('leave');
    expect(await Promise.all(pods.map((pod) => pod.exitCode()))).toStrictEqual(pods.map(() => 0));
  });
});
