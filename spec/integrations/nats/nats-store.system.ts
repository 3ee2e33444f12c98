import { afterAll, beforeAll } from 'vitest';
import { describeConformance } from '../../fleet/conformance.ts';
import { CLIENTS, type TestClient } from './clients.ts';
import { NatsServer } from './nats-server.ts';

let server: NatsServer;

beforeAll(async () => {
  server = await NatsServer.start();
});

afterAll(() => server.stop());

for (const [client, open] of Object.entries(CLIENTS)) {
  describeConformance(`NATS by ${client}`, () => {
    const clients: TestClient[] = [];
    const namespace = `${client} ${String(Math.random())}`;
    return {
      open: (name) => {
        const opened = open(server.port, `${namespace} ${name}`);
        clients.push(opened);
        return opened.store;
      },
      close: async () => {
        await Promise.all(clients.map((opened) => opened.close()));
      },
      hasMessages: true,
    };
  });
}
