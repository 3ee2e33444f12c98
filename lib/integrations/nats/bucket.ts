import { wrongType } from '../../util/check.ts';

/**
 * A value in a bucket, as far as the store reads it.
 *
 * @example
 * ```ts
 * import type { NatsEntry } from 'rxjs-fluxgate/nats';
 *
 * const entry: NatsEntry = { key: 'k', revision: 17, created: new Date(0), operation: 'PUT', string: () => '[]' };
 * console.log(entry.revision); // => 17
 * ```
 *
 * @see {@link NatsBucket}
 */
export interface NatsEntry {
  readonly key: string;
  /** The sequence number of the write. */
  readonly revision: number;
  /** The server's time of the write. */
  readonly created: Date;
  /** `PUT`, or `DEL` or `PURGE` for a key that was deleted. */
  readonly operation: string;
  string(): string;
}

/**
 * A key-value bucket of JetStream, of `@nats-io/kv` or of `nats`, as far as the store uses it.
 *
 * @example
 * ```ts
 * import type { KV } from '@nats-io/kv';
 * import type { NatsBucket } from 'rxjs-fluxgate/nats';
 *
 * const toBucket = (kv: KV): NatsBucket => kv;
 * console.log(typeof toBucket); // => function
 * ```
 *
 * @see {@link natsStore}
 */
export interface NatsBucket {
  get(key: string): PromiseLike<NatsEntry | null>;
  /** Writes a key that does not exist. */
  create(key: string, data: string): PromiseLike<number>;
  /** Writes a key that is still at this revision, and resolves to the next. */
  update(key: string, data: string, revision: number): PromiseLike<number>;
  put(key: string, data: string): PromiseLike<number>;
  watch(options?: never): PromiseLike<unknown>;
}

/** Returns a function that opens the bucket. */
export function toOpener(given: unknown): () => Promise<NatsBucket> {
  const what = 'natsStore: bucket';
  if (typeof given !== 'function') checkBucket(what, given);
  return async () =>
    checkBucket(`${what}: what it returns`, typeof given === 'function' ? await (given as () => unknown)() : given);
}

function checkBucket(what: string, given: unknown): NatsBucket {
  const { get, create, update, put, watch } = (given ?? {}) as Partial<NatsBucket>;
  if ([get, create, update, put, watch].every((method) => typeof method === 'function')) return given as NatsBucket;
  throw wrongType(what, 'a bucket of @nats-io/kv or nats, or a function that opens one', given);
}
