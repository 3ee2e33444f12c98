import { Kvm } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import { connect as connect2 } from 'nats';
import { natsStore, type NatsBucket, type NatsStore } from '../../../lib/integrations/nats/index.ts';

/** A client of one of the packages, and a store on it. */
export interface TestClient {
  readonly store: NatsStore;
  close(): Promise<void>;
}

type Open = (port: number, namespace?: string) => TestClient;

export const BUCKET = 'fluxgate';

function toOptions(port: number) {
  return {
    servers: `127.0.0.1:${String(port)}`,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    pingInterval: 500,
    timeout: 1_000,
  };
}

function openNats3(port: number, namespace = 'test'): TestClient {
  const connected = connect(toOptions(port));
  const open = async (): Promise<NatsBucket> => new Kvm(await connected).create(BUCKET);
  return opened(natsStore(open, { namespace }), async () => (await connected).close());
}

function openNats2(port: number, namespace = 'test'): TestClient {
  const connected = connect2(toOptions(port));
  const open = async (): Promise<NatsBucket> => (await connected).jetstream().views.kv(BUCKET);
  return opened(natsStore(open, { namespace }), async () => (await connected).close());
}

function opened(store: NatsStore, end: () => Promise<void>): TestClient {
  return {
    store,
    close: async () => {
      store.dispose();
      await end();
    },
  };
}

export const CLIENTS: Readonly<Record<string, Open>> = { '@nats-io/kv': openNats3, nats: openNats2 };
