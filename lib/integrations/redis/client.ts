import type { Observable } from 'rxjs';
import { wrongType } from '../../util/check.ts';
import { subscribeIoredis, subscribeNodeRedis, subscribeSender } from './subscriber.ts';

/**
 * A client of the package `redis`, as far as the store uses it.
 *
 * @example
 * ```ts
 * import { createClient } from 'redis';
 * import type { NodeRedisClient } from 'rxjs-fluxgate/redis';
 *
 * const client: NodeRedisClient = createClient();
 * console.log(typeof client.sendCommand); // => function
 * ```
 *
 * @see {@link redisStore}
 */
export interface NodeRedisClient {
  sendCommand(args: string[]): PromiseLike<unknown>;
  duplicate(overrides?: never): unknown;
}

/**
 * A client of the packages `ioredis` and `iovalkey`, as far as the store uses it.
 *
 * @example
 * ```ts
 * import { Redis } from 'ioredis';
 * import type { IoredisClient } from 'rxjs-fluxgate/redis';
 *
 * const client: IoredisClient = new Redis({ lazyConnect: true });
 * console.log(typeof client.call); // => function
 * ```
 *
 * @see {@link redisStore}
 */
export interface IoredisClient {
  call(command: string, ...args: string[]): PromiseLike<unknown>;
  duplicate(overrides?: never): unknown;
}

/**
 * Any other client: a Cluster, a pool, a proxy. Without `subscribe` the members only poll.
 *
 * @example
 * ```ts
 * import type { RedisSender } from 'rxjs-fluxgate/redis';
 *
 * // node-redis' cluster client takes the first key: args[3] of EVAL and EVALSHA.
 * const toSender = (cluster: { sendCommand(key: string, readonly: boolean, args: string[]): Promise<unknown> }) =>
 *   ({ send: (args) => cluster.sendCommand(args[3] ?? '', false, args) }) satisfies RedisSender;
 * console.log(typeof toSender); // => function
 * ```
 *
 * @see {@link redisStore}
 */
export interface RedisSender {
  /** Sends a command. */
  send(args: string[]): PromiseLike<unknown>;
  /** Subscribes a channel, and may return a function that unsubscribes. */
  subscribe?(channel: string, listener: (message: string) => void): unknown;
}

/** What the store needs of a client. */
export interface Connection {
  send(args: string[]): PromiseLike<unknown>;
  /** The messages of a channel, on a connection of its own; undefined if there is no way to have one. */
  readonly messages: ((channel: string) => Observable<string>) | undefined;
}

/** Recognises a client by its methods: node-redis has no `call`. */
export function toConnection(client: unknown): Connection {
  const { send, call, sendCommand } = (client ?? {}) as Partial<RedisSender & IoredisClient & NodeRedisClient>;
  if (typeof send === 'function') return fromSender(client as RedisSender);
  if (typeof call === 'function') return fromIoredis(client as IoredisClient);
  if (typeof sendCommand === 'function') return fromNodeRedis(client as NodeRedisClient);
  throw wrongType('redisStore: client', 'a client of redis, ioredis or iovalkey, or an object with send()', client);
}

function fromSender(client: RedisSender): Connection {
  return {
    send: (args) => client.send(args),
    messages: typeof client.subscribe === 'function' ? (channel) => subscribeSender(client, channel) : undefined,
  };
}

function fromIoredis(client: IoredisClient): Connection {
  // A Cluster has its own way to be duplicated, and only hints would be won.
  const isCluster = (client as { isCluster?: boolean }).isCluster === true;
  return {
    send: ([command = '', ...args]) => client.call(command, ...args),
    messages: isCluster ? undefined : (channel) => subscribeIoredis(client, channel),
  };
}

function fromNodeRedis(client: NodeRedisClient): Connection {
  return { send: (args) => client.sendCommand(args), messages: (channel) => subscribeNodeRedis(client, channel) };
}
