// What happens to a real NATS, judged by where the members end and not by how long it takes.
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, goThroughAnOutageAlone, goThroughAnOutageTogether, TeamMember } from '../../fleet/team.ts';
import { spyOnReports } from '../../support/spy-on-reports.ts';
import { Proxy } from '../redis/proxy.ts';
import { BUCKET, CLIENTS } from './clients.ts';
import { NatsServer } from './nats-server.ts';

const NAMES = [...Object.keys(CLIENTS), '@nats-io/kv'];
/** A report takes three round trips. */
const PATIENCE = 250;

/** A member on a client of one of the packages. */
const join = (client: string, port: number, id: string): TeamMember =>
  new TeamMember(CLIENTS[client]!(port), id, { patience: PATIENCE });

spyOnReports();
let server: NatsServer;
let members: TeamMember[];

beforeEach(async () => {
  server = await NatsServer.start();
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

describe('a fleet on NATS', () => {
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

describe('a fleet whose NATS', () => {
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

  it('is killed and restarted empty should get the record back, with the same epoch', async () => {
    members[0]!.breaker.forceOpen();
    await eventually(() => all('forced_open'));
    const { epoch } = members[0]!.status;
    await server.kill();
    server.forget();
    await eventually(unlinked);
    expect(all('forced_open')).toBe(true);
    await server.start();
    await eventually(linked);
    const late = join('nats', server.port, 'late');
    members.push(late);
    await eventually(() => late.state === 'forced_open');
    expect(late.status.epoch).toBe(epoch);
    expect(all('forced_open')).toBe(true);
    members[0]!.breaker.reset();
    await eventually(() => all('closed'));
  });

  it('is killed and restarted with what it had should go on', async () => {
    members[0]!.breaker.forceOpen();
    await eventually(() => all('forced_open'));
    await server.kill();
    await eventually(unlinked);
    await server.start();
    await eventually(linked);
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

  it('loses the bucket should get it back, and the record', async () => {
    members[0]!.breaker.forceOpen();
    await eventually(() => all('forced_open'));
    const connection = await connect({ servers: `127.0.0.1:${String(server.port)}` });
    await (await new Kvm(connection).open(BUCKET)).destroy();
    await connection.close();
    const late = join('@nats-io/kv', server.port, 'late');
    members.push(late);
    await eventually(() => late.state === 'forced_open');
    await eventually(linked);
    await eventually(() => members.every(({ status }) => status.members === 4));
  });

  it('comes up after the members should link them', async () => {
    await server.kill();
    members.push(...NAMES.map((client, i) => join(client, server.port, `late${String(i)}`)));
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
    far = Object.keys(CLIENTS).map((client, i) => join(client, proxy.port, `far${String(i)}`));
    members.push(...far);
    await eventually(linked);
  });

  afterEach(() => proxy.stop());

  const near = (): readonly TeamMember[] => members.slice(0, NAMES.length);
  const farLinked = (is: boolean) => (): boolean => far.every(({ status }) => status.linked === is);

  it('is slower than `patience` should go on alone', async () => {
    proxy.latency = 300;
    await eventually(farLinked(false));
    members[0]!.fail(2);
    await eventually(() => near().every(({ state }) => state === 'open'));
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
    await eventually(() => near().every(({ state }) => state === 'forced_open'));
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
