// What a fleet does when its engine fails, judged by where the members end and not by how long it takes: one suite for all
// engines that are servers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { State } from '../../lib/index.ts';
import { spyOnReports } from '../support/spy-on-reports.ts';
import type { EngineServer } from './engine-server.ts';
import { Proxy } from './proxy.ts';
import { eventually, goThroughAnOutageAlone, goThroughAnOutageTogether, type TeamMember } from './team.ts';

export interface FaultyEngine<S extends EngineServer> {
  readonly title: string;
  /** The client of each of the first members. */
  readonly clients: readonly string[];
  readonly start: () => Promise<S>;
  /** A member on a client of one of the packages. */
  readonly join: (client: string, port: number, id: string) => TeamMember;
}

/** The server and the members of the test that runs. */
export interface Scene<S extends EngineServer> {
  server: S;
  members: TeamMember[];
  readonly linked: () => boolean;
  readonly unlinked: () => boolean;
  readonly all: (state: State) => boolean;
}

/** `describeOwn` adds the faults that only this engine has. */
export function describeFaults<S extends EngineServer>(
  { title, clients, start, join }: FaultyEngine<S>,
  describeOwn: (scene: Scene<S>) => void,
): void {
  const scene: Scene<S> = {
    // Set before each test.
    server: undefined as unknown as S,
    members: [],
    linked: () => scene.members.every(({ status }) => status.linked),
    unlinked: () => scene.members.every(({ status }) => !status.linked),
    all: (state) => scene.members.every((member) => member.state === state),
  };
  spyOnReports();

  beforeEach(async () => {
    scene.server = await start();
    scene.members = clients.map((client, i) => join(client, scene.server.port, `m${String(i)}`));
    await eventually(() => scene.members.every(({ status }) => status.linked && status.members === clients.length));
  });

  afterEach(async () => {
    scene.server.thaw();
    await Promise.all(scene.members.map((member) => member.close()));
    await scene.server.stop();
  });

  describe(`a fleet on ${title}`, () => {
    it('should go through outages together', async () => {
      await goThroughAnOutageTogether(scene.members);
      await goThroughAnOutageTogether(scene.members);
    });

    it('should follow commands', async () => {
      scene.members[1]!.breaker.forceOpen('ticket 4711');
      await eventually(() => scene.all('forced_open'));
      scene.members[2]!.breaker.reset();
      await eventually(() => scene.all('closed'));
    });
  });

  describe(`a fleet whose ${title}`, () => {
    it('is frozen should go on alone, and together afterwards', async () => {
      scene.server.freeze();
      await eventually(scene.unlinked);
      await goThroughAnOutageAlone(scene.members);
      scene.server.thaw();
      await eventually(scene.linked);
      await goThroughAnOutageTogether(scene.members);
    });

    it('is frozen while the fleet is open should be due when the wait is over', async () => {
      scene.members[0]!.fail(2);
      await eventually(() => scene.all('open'));
      scene.server.freeze();
      await eventually(
        () => scene.all('closed'),
        () => scene.members.forEach((member) => member.succeed()),
      );
      scene.server.thaw();
      await eventually(scene.linked);
      await eventually(
        () => scene.all('closed'),
        () => scene.members.forEach((member) => member.succeed()),
      );
    });

    it('is killed should carry a command out when it is back', async () => {
      await scene.server.kill();
      await eventually(scene.unlinked);
      scene.members[1]!.breaker.disable();
      await scene.server.start();
      await eventually(() => scene.all('disabled'));
    });

    it('comes up after the members should link them', async () => {
      await scene.server.kill();
      const late = clients.map((client, i) => join(client, scene.server.port, `late${String(i)}`));
      scene.members.push(...late);
      await eventually(scene.unlinked);
      await scene.server.start();
      await eventually(scene.linked);
      await goThroughAnOutageTogether(scene.members);
    });

    describeOwn(scene);
  });

  describe('a member whose connection', () => {
    let proxy: Proxy;
    let far: TeamMember[];

    beforeEach(async () => {
      proxy = await Proxy.start(scene.server.port);
      far = [...new Set(clients)].map((client, i) => join(client, proxy.port, `far${String(i)}`));
      scene.members.push(...far);
      await eventually(scene.linked);
    });

    afterEach(() => proxy.stop());

    const near = (): readonly TeamMember[] => scene.members.slice(0, clients.length);
    const farLinked = (is: boolean) => (): boolean => far.every(({ status }) => status.linked === is);

    it('is slower than `patience` should go on alone', async () => {
      proxy.latency = 300;
      await eventually(farLinked(false));
      scene.members[0]!.fail(2);
      await eventually(() => near().every(({ state }) => state === 'open'));
      for (const member of far) {
        member.fail(2);
        expect(member.state).toBe('open');
      }
      proxy.latency = 0;
      await eventually(scene.linked);
      await eventually(
        () => scene.all('closed'),
        () => scene.members.forEach((member) => member.succeed()),
      );
    });

    it('swallows everything should go on alone until it is cut', async () => {
      proxy.swallows = true;
      await eventually(farLinked(false));
      scene.members[0]!.breaker.forceOpen();
      await eventually(() => near().every(({ state }) => state === 'forced_open'));
      expect(far.every((member) => member.succeed())).toBe(true);
      proxy.swallows = false;
      proxy.cut();
      await eventually(() => scene.all('forced_open'));
    });

    it('is cut again and again should follow in the end', async () => {
      for (let i = 0; i < 10; i++) {
        proxy.cut();
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      scene.members[0]!.breaker.forceOpen();
      await eventually(() => scene.all('forced_open'));
    });
  });
}
