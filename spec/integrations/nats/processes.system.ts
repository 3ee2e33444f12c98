import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../support/bundle.ts';
import { NatsServer } from './nats-server.ts';

const FILE = bundle(new URL('fixtures/pod.ts', import.meta.url));

describe('a process whose fleet lives in NATS', () => {
  let server: NatsServer;

  beforeAll(async () => {
    server = await NatsServer.start();
  });

  afterAll(() => server.stop());

  it.each(['tidy', 'abrupt'])('should end by itself with 0 once its connection is closed, %s', async (manner) => {
    const code = await new Promise<number | null>((resolve) => {
      const pod = execFile(process.execPath, [FILE, String(server.port), manner]);
      pod.on('exit', resolve);
    });
    expect(code).toBe(0);
  });

  it('should end by itself while NATS is away, if nothing else keeps it alive', async () => {
    const code = await new Promise<number | null>((resolve) => {
      const pod = execFile(process.execPath, [FILE, '1', 'away']);
      pod.on('exit', resolve);
    });
    expect(code).toBe(0);
  });
});
