// What happens to a real Redis.
import { expect, it } from 'vitest';
import { describeFaults } from '../../fleet/faults.ts';
import { eventually, goThroughAnOutageAlone, goThroughAnOutageTogether, TeamMember } from '../../fleet/team.ts';
import { CLIENTS } from './clients.ts';
import { RedisServer } from './redis-server.ts';

const engine = {
  title: 'Redis',
  clients: ['redis', 'ioredis', 'iovalkey'],
  start: () => RedisServer.start(),
  join: (client: string, port: number, id: string) => new TeamMember(CLIENTS[client]!(port), id),
};

describeFaults(engine, (scene) => {
  it('is killed and restarted empty should get the record back', async () => {
    scene.members[0]!.breaker.forceOpen();
    await eventually(() => scene.all('forced_open'));
    const { epoch } = scene.members[0]!.status;
    await scene.server.kill();
    await eventually(scene.unlinked);
    expect(scene.all('forced_open')).toBe(true);
    await scene.server.start();
    await eventually(scene.linked);
    await eventually(() => scene.server.cli('HGET', 'fluxgate:1:{test:stock}', 'epoch') === String(epoch));
    expect(scene.all('forced_open')).toBe(true);
    scene.members[0]!.breaker.reset();
    await eventually(() => scene.all('closed'));
  });

  it('loses all keys should get the record back, with the same epoch', async () => {
    scene.members[0]!.breaker.forceOpen();
    await eventually(() => scene.all('forced_open'));
    scene.server.cli('FLUSHALL');
    await eventually(() => scene.server.cli('HGET', 'fluxgate:1:{test:stock}', 'epoch') === '1');
    expect(scene.all('forced_open')).toBe(true);
  });

  it('closes all connections should be linked again', async () => {
    for (const type of ['normal', 'pubsub', 'normal'])
      scene.server.cli('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
    await goThroughAnOutageTogether(scene.members);
  });

  it('loses the subscriptions should still reach all', async () => {
    scene.server.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    scene.members[0]!.breaker.forceOpen();
    await eventually(() => scene.all('forced_open'));
  });

  it('pauses should go on alone meanwhile', async () => {
    scene.server.cli('CLIENT', 'PAUSE', '1500', 'ALL');
    await eventually(scene.unlinked);
    await goThroughAnOutageAlone(scene.members);
    await eventually(scene.linked);
    await goThroughAnOutageTogether(scene.members);
  });

  it('is a read-only replica should go on alone', async () => {
    scene.server.cli('REPLICAOF', '127.0.0.1', '1');
    await eventually(scene.unlinked);
    await goThroughAnOutageAlone(scene.members);
    scene.server.cli('REPLICAOF', 'NO', 'ONE');
    await eventually(scene.linked);
    await goThroughAnOutageTogether(scene.members);
  });

  it('is out of memory should go on alone', async () => {
    scene.server.cli('CONFIG', 'SET', 'maxmemory', '1');
    await eventually(scene.unlinked);
    await goThroughAnOutageAlone(scene.members);
    scene.server.cli('CONFIG', 'SET', 'maxmemory', '0');
    await eventually(scene.linked);
    await goThroughAnOutageTogether(scene.members);
  });

  it('refuses the script should go on alone', async () => {
    scene.server.cli('ACL', 'SETUSER', 'default', '-evalsha', '-eval');
    await eventually(scene.unlinked);
    await goThroughAnOutageAlone(scene.members);
    scene.server.cli('ACL', 'SETUSER', 'default', '+evalsha', '+eval');
    await eventually(scene.linked);
  });
});
