import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlakyServer, type Behaviour } from './flaky-server.ts';

describe('FlakyServer', () => {
  let server: FlakyServer;
  beforeEach(async () => {
    server = await FlakyServer.start();
  });
  afterEach(() => server.stop());

  it('should respond as it is set to', async () => {
    expect(await (await fetch(server.url)).json()).toStrictEqual({ ok: true });
    server.behaviour = { status: 503, headers: { 'retry-after': '30' }, body: 'later' };
    const response = await fetch(server.url);
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toStrictEqual([
      503,
      '30',
      'later',
    ]);
    expect(server.requests).toBe(2);
  });

  it('should hang until the client leaves', async () => {
    server.behaviour = 'hang';
    await expect(fetch(server.url, { signal: AbortSignal.timeout(100) })).rejects.toThrow('aborted due to timeout');
    await vi.waitFor(() => expect(server.abandoned).toBe(1));
  });

  it.each<Behaviour>(['reset', 'truncate'])('should break the connection: %s', async (behaviour) => {
    server.behaviour = behaviour;
    await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow(TypeError);
  });

  it('should stream events', async () => {
    server.behaviour = 'stream';
    const leave = new AbortController();
    const response = await fetch(server.url, { signal: leave.signal });
    const { value } = await response.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toMatch(/^data: 0\n\n/);
    leave.abort();
    await vi.waitFor(() => expect(server.abandoned).toBe(1));
  });

  it('should be down and come up on the same port', async () => {
    const { url } = server;
    await server.goDown();
    await expect(fetch(url)).rejects.toThrow(TypeError);
    await server.comeUp();
    expect(server.url).toBe(url);
    expect((await fetch(url)).ok).toBe(true);
  });
});
