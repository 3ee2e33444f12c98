// What happens to a real Redis, judged by where the members end and not by how long it takes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { eventually, goThroughAnOutageAlone, goThroughAnOutageTogether, TeamMember } from '../../fleet/team.ts';
import { CLIENTS } from './clients.ts';
import { Proxy } from './proxy.ts';
import { RedisServer } from './redis-server.ts';

const NAMES = ['redis', 'ioredis', 'iovalkey'];

/** A member on a client of one of the packages. */
const join = (client: string, port: number, id: string): TeamMember => new TeamMember(CLIENTS[client]!(port), id);

spyOnReports();
let server: RedisServer;
let members: TeamMember[];

beforeEach(async () => {
  server = await RedisServer.start();
  members = NAMES.map((client, i) => join(client, server.port, `m${String(i)}`));
  await eventually(() => members.every(({ status }) => status.linked && status.members === 3));
});

afterEach(async () => {
  server.thaw();
  await Promise.all(members.map((member) => member.close()));
  await server.stop();
});

const linked = (): boolean => members.every(({ status }) => status.linked);
const unlinked = (): boolean => members.every(({ status }) => !status.linked);
const all = (state: string): boolean => members.every((member) => member.state === state);

describe('a fleet on Redis', () => {
  it('should go through outages together', async () => {
    await goThroughAnOutageTogether(members);
    await goThroughAnOutageTogether(members);
  });

  it('should follow commands', async () => {
    members[1]!.breaker.forceOpen('ticket 4711');
    await eventually(() => all('forced_open'));
    members[2]!.breaker.reset();
    await eventually(() => all('closed'));
  });
});

describe('a fleet whose Redis', () => {
  it('is frozen should go on alone, and together afterwards', async () => {
    server.freeze();
    await eventually(unlinked);
    await goThroughAnOutageAlone(members);
    server.thaw();
    await eventually(linked);
    await goThroughAnOutageTogether(members);
  });

  it('is frozen while the fleet is open should be due when the wait is over', async () => {
    members[0]!.fail(2);
    await eventually(() => all('open'));
    server.freeze();
    await eventually(
      () => all('closed'),
      () => members.forEach((member) => member.succeed()),
    );
    server.thaw();
    await eventually(linked);
    await eventually(
      () => all('closed'),
      () => members.forEach((member) => member.succeed()),
    );
  });

  it('is killed and restarted empty should get the record back', async () => {
    members[0]!.breaker.forceOpen();
    await eventually(() => all('forced_open'));
    const { epoch } = members[0]!.status;
    await server.kill();
    await eventually(unlinked);
    expect(all('forced_open')).toBe(true);
    await server.start();
    await eventually(linked);
    await eventually(() => server.cli('HGET', 'fluxgate:1:{test:stock}', 'epoch') === String(epoch));
    expect(all('forced_open')).toBe(true);
    members[0]!.breaker.reset();
    await eventually(() => all('closed'));
  });

  it('is killed should carry a command out when it is back', async () => {
    await server.kill();
    await eventually(unlinked);
    members[1]!.breaker.disable();
    await server.start();
    await eventually(() => all('disabled'));
  });

  it('loses all keys should get the record back, with the same epoch', async () => {
    members[0]!.breaker.forceOpen();
    await eventually(() => all('forced_open'));
    server.cli('FLUSHALL');
    await eventually(() => server.cli('HGET', 'fluxgate:1:{test:stock}', 'epoch') === '1');
    expect(all('forced_open')).toBe(true);
  });

  it('closes all connections should be linked again', async () => {
    for (const type of ['normal', 'pubsub', 'normal']) server.cli('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    await goThroughAnOutageTogether(members);
  });

  it('loses the subscriptions should still reach all', async () => {
    server.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    members[0]!.breaker.forceOpen();
    await eventually(() => all('forced_open'));
  });

  it('pauses should go on alone meanwhile', async () => {
    server.cli('CLIENT', 'PAUSE', '1500', 'ALL');
    await eventually(unlinked);
    await goThroughAnOutageAlone(members);
    await eventually(linked);
    await goThroughAnOutageTogether(members);
  });

  it('is a read-only replica should go on alone', async () => {
    server.cli('REPLICAOF', '127.0.0.1', '1');
    await eventually(unlinked);
    await goThroughAnOutageAlone(members);
    server.cli('REPLICAOF', 'NO', 'ONE');
    await eventually(linked);
    await goThroughAnOutageTogether(members);
  });

  it('is out of memory should go on alone', async () => {
    server.cli('CONFIG', 'SET', 'maxmemory', '1');
    await eventually(unlinked);
    await goThroughAnOutageAlone(members);
    server.cli('CONFIG', 'SET', 'maxmemory', '0');
    await eventually(linked);
    await goThroughAnOutageTogether(members);
  });

  it('refuses the script should go on alone', async () => {
    server.cli('ACL', 'SETUSER', 'default', '-evalsha', '-eval');
    await eventually(unlinked);
    await goThroughAnOutageAlone(members);
    server.cli('ACL', 'SETUSER', 'default', '+evalsha', '+eval');
    await eventually(linked);
  });

  it('comes up after the members should link them', async () => {
    await server.kill();
    const late = NAMES.map((client, i) => join(client, server.port, `late${String(i)}`));
    members.push(...late);
    await eventually(unlinked);
    await server.start();
    await eventually(linked);
    await goThroughAnOutageTogether(members);
  });
});

describe('a member whose connection', () => {
  let proxy: Proxy;
  let far: TeamMember[];

  beforeEach(async () => {
    proxy = await Proxy.start(server.port);
    far = NAMES.map((client, i) => join(client, proxy.port, `far${String(i)}`));
    members.push(...far);
    await eventually(linked);
  });

  afterEach(() => proxy.stop());

  const farLinked = (is: boolean) => (): boolean => far.every(({ status }) => status.linked === is);

  it('is slower than `patience` should go on alone', async () => {
    proxy.latency = 300;
    await eventually(farLinked(false));
    members[0]!.fail(2);
    await eventually(() => members.slice(0, 3).every(({ state }) => state === 'open'));
    for (const member of far) {
      member.fail(2);
      expect(member.state).toBe('open');
    }
    proxy.latency = 0;
    await eventually(linked);
    await eventually(
      () => all('closed'),
      () => members.forEach((member) => member.succeed()),
    );
  });

  it('swallows everything should go on alone until it is cut', async () => {
    proxy.swallows = true;
    await eventually(farLinked(false));
    members[0]!.breaker.forceOpen();
    await eventually(() => members.slice(0, 3).every(({ state }) => state === 'forced_open'));
    expect(far.every((member) => member.succeed())).toBe(true);
    proxy.swallows = false;
    proxy.cut();
    await eventually(() => all('forced_open'));
  });

  it('is cut again and again should follow in the end', async () => {
    for (let i = 0; i < 10; i++) {
      proxy.cut();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    members[0]!.breaker.forceOpen();
    await eventually(() => all('forced_open'));
  });
});
