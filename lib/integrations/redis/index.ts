/**
 * Redis as the engine of a fleet of rxjs-fluxgate.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/redis
 */
export { redisStore, type RedisStore, type RedisStoreOptions } from './redis-store.ts';
export type { IoredisClient, NodeRedisClient, RedisSender } from './client.ts';
