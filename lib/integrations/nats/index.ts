/**
 * NATS JetStream as the engine of a fleet of rxjs-fluxgate.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/nats
 */
export { natsStore, type NatsStore, type NatsStoreOptions } from './nats-store.ts';
export type { NatsBucket, NatsEntry } from './bucket.ts';
