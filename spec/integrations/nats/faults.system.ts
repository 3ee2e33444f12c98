// What happens to a real NATS.
import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { describeFaults } from '../../fleet/faults.ts';
import { eventually, TeamMember } from '../../fleet/team.ts';
import { BUCKET, CLIENTS } from './clients.ts';
import { NatsServer } from './nats-server.ts';

/** A report takes three round trips. */
const PATIENCE = 250;
const join = (client: string, port: number, id: string): TeamMember =>
  new TeamMember(CLIENTS[client]!(port), id, { patience: PATIENCE });

const clients = [...Object.keys(CLIENTS), '@nats-io/kv'];

describeFaults({ title: 'NATS', clients, start: () => NatsServer.start(), join }, (scene) => {
  it('is killed and restarted empty should get the record back, with the same epoch', async () => {
    scene.members[0]!.breaker.forceOpen();
    await eventually(() => scene.all('forced_open'));
    const { epoch } = scene.members[0]!.status;
    await scene.server.kill();
    scene.server.forget();
    await eventually(scene.unlinked);
    expect(scene.all('forced_open')).toBe(true);
    await scene.server.start();
    await eventually(scene.linked);
    const late = join('nats', scene.server.port, 'late');
    scene.members.push(late);
    await eventually(() => late.state === 'forced_open');
    expect(late.status.epoch).toBe(epoch);
    expect(scene.all('forced_open')).toBe(true);
    scene.members[0]!.breaker.reset();
    await eventually(() => scene.all('closed'));
  });

  it('is killed and restarted with what it had should go on', async () => {
    scene.members[0]!.breaker.forceOpen();
    await eventually(() => scene.all('forced_open'));
    await scene.server.kill();
    await eventually(scene.unlinked);
    await scene.server.start();
    await eventually(scene.linked);
    scene.members[0]!.breaker.reset();
    await eventually(() => scene.all('closed'));
  });

  it('loses the bucket should get it back, and the record', async () => {
    scene.members[0]!.breaker.forceOpen();
    await eventually(() => scene.all('forced_open'));
    const connection = await connect({ servers: `127.0.0.1:${String(scene.server.port)}` });
    await (await new Kvm(connection).open(BUCKET)).destroy();
    await connection.close();
    const late = join('@nats-io/kv', scene.server.port, 'late');
    scene.members.push(late);
    await eventually(() => late.state === 'forced_open');
    await eventually(scene.linked);
    await eventually(() => scene.members.every(({ status }) => status.members === 4));
  });
});
