import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { createClient } from 'redis';
import { redisStore, type RedisStore, type RedisStoreOptions } from '../../../lib/integrations/redis/index.ts';

/** A client of one of the packages, and a store on it. */
export interface TestClient {
  readonly store: RedisStore;
  close(): void;
}

type Open = (port: number, options?: Partial<RedisStoreOptions>) => TestClient;

function openNodeRedis(port: number, options: Partial<RedisStoreOptions> = {}): TestClient {
  const client = createClient({ url: `redis://127.0.0.1:${String(port)}`, socket: { reconnectStrategy: 50 } });
  client.on('error', () => undefined);
  client.connect().catch(() => undefined);
  return opened(redisStore(client, { namespace: 'test', ...options }), () => client.destroy());
}

function openIoredis(port: number, options: Partial<RedisStoreOptions> = {}): TestClient {
  const client = new Redis(port, { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  return opened(redisStore(client, { namespace: 'test', ...options }), () => client.disconnect());
}

function openIovalkey(port: number, options: Partial<RedisStoreOptions> = {}): TestClient {
  const client = new Valkey(port, { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  return opened(redisStore(client, { namespace: 'test', ...options }), () => client.disconnect());
}

function openSender(port: number, options: Partial<RedisStoreOptions> = {}): TestClient {
  const client = new Redis(port, { retryStrategy: () => 50 });
  client.on('error', () => undefined);
  const send = ([command = '', ...args]: string[]): Promise<unknown> => client.call(command, ...args);
  return opened(redisStore({ send }, { namespace: 'test', ...options }), () => client.disconnect());
}

function opened(store: RedisStore, end: () => void): TestClient {
  return {
    store,
    close: () => {
      store.dispose();
      end();
    },
  };
}

export const CLIENTS: Readonly<Record<string, Open>> = {
  redis: openNodeRedis,
  ioredis: openIoredis,
  iovalkey: openIovalkey,
  'an object with send()': openSender,
};
