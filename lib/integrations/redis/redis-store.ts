import { createHash } from 'node:crypto';
import { filter, map, NEVER, share, Subject, takeUntil, type Observable } from 'rxjs';
import type { FleetStore, FleetView, MemberReport, RecordChange, Replacement } from '../../fleet/store.ts';
import { checkDuration, checkOptions, wrongType } from '../../util/check.ts';
import { toConnection, type Connection, type IoredisClient, type NodeRedisClient, type RedisSender } from './client.ts';
import { encodeName, toChannel, toKeys } from './keys.ts';
import { SCRIPT } from './script.ts';

const SHA = createHash('sha1').update(SCRIPT).digest('hex');
const WEEK = 7 * 24 * 3_600_000;

/**
 * Options of {@link redisStore}.
 *
 * @example
 * ```ts
 * import type { RedisStoreOptions } from 'rxjs-fluxgate/redis';
 *
 * const options: RedisStoreOptions = { namespace: 'shop/eu-west-1' };
 * console.log(options.namespace); // => shop/eu-west-1
 * ```
 *
 * @see {@link redisStore}
 */
export interface RedisStoreOptions {
  /** The fault domain: members of one namespace reach the dependency by the same path. */
  readonly namespace: string;
  /** How long Redis keeps a circuit that no member reports for, in ms. Default seven days. */
  readonly keep?: number | undefined;
}

/**
 * An engine of a fleet on Redis; disposing it ends the connection that it has duplicated for messages.
 *
 * @example
 * ```ts
 * import { createClient } from 'redis';
 * import { redisStore, type RedisStore } from 'rxjs-fluxgate/redis';
 *
 * const store: RedisStore = redisStore(createClient(), { namespace: 'shop/eu-west-1' });
 * store.dispose();
 * ```
 *
 * @see {@link redisStore}
 */
export interface RedisStore extends FleetStore, Disposable {
  /** Ends the duplicated connection; the client stays as it is. */
  dispose(): void;
}

/**
 * Makes Redis, or Valkey, the engine of a fleet: one script a report, and messages on a duplicate of the connection.
 *
 * The client may be connected later. It needs an error listener, as everywhere, and `socketTimeout` or `commandTimeout`
 * if it is to notice a connection that was cut without a word.
 *
 * @param client of `redis`, `ioredis` or `iovalkey`, or an object with `send`
 * @throws TypeError or RangeError for a client or an option that is wrong or unknown
 * @example
 * ```ts
 * import { createClient } from 'redis';
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { joinFleet } from 'rxjs-fluxgate/fleet';
 * import { redisStore } from 'rxjs-fluxgate/redis';
 *
 * const client = createClient().on('error', () => undefined); // log it: without a listener the process would end
 * const registry = new CircuitBreakerRegistry();
 * const fleet = joinFleet(registry, { store: redisStore(client, { namespace: 'shop/eu-west-1' }) });
 * console.log(fleet.closed); // => false
 * fleet.unsubscribe();
 * ```
 *
 * @see `joinFleet`
 */
export function redisStore(
  client: NodeRedisClient | IoredisClient | RedisSender,
  options: RedisStoreOptions,
): RedisStore {
  const connection = toConnection(client);
  checkOptions('redisStore', options, ['namespace', 'keep']);
  const { namespace, keep = WEEK } = options;
  if (typeof namespace !== 'string' || namespace === '') {
    throw wrongType('redisStore: namespace', 'a text that names the fault domain', namespace);
  }
  checkDuration('redisStore: keep', keep);
  return new ScriptStore(connection, namespace, Math.ceil(keep));
}

class ScriptStore implements RedisStore {
  declare readonly [Symbol.dispose]: () => void;
  readonly changes$: Observable<RecordChange>;
  private readonly _connection: Connection;
  private readonly _namespace: string;
  private readonly _keep: number;
  /** The circuits that this process has reported, by their encoded names. */
  private readonly _circuits = new Map<string, string>();
  /** Those with a command that Redis has not answered, with the member that asked. */
  private readonly _unanswered = new Set<string>();
  private readonly _disposed = new Subject<void>();

  static {
    if (typeof Symbol.dispose === 'symbol') {
      Object.defineProperty(this.prototype, Symbol.dispose, {
        value(this: ScriptStore) {
          this.dispose();
        },
      });
    }
  }

  constructor(connection: Connection, namespace: string, keep: number) {
    this._connection = connection;
    this._namespace = namespace;
    this._keep = keep;
    const message$ = connection.messages?.(toChannel(namespace)) ?? NEVER;
    this.changes$ = message$.pipe(
      map((message) => this._toChange(message)),
      filter((change) => change !== undefined),
      takeUntil(this._disposed),
      share(),
    );
  }

  async sync(circuit: string, report: MemberReport, replacement?: Replacement): Promise<FleetView> {
    // A client that queues must not be given more and more.
    const question = JSON.stringify([circuit, report.id]);
    if (this._unanswered.has(question)) throw new Error('the last command has not been answered');
    this._unanswered.add(question);
    try {
      return toView(await this._evaluate(circuit, report, replacement));
    } finally {
      this._unanswered.delete(question);
    }
  }

  dispose(): void {
    this._disposed.next();
    this._disposed.complete();
  }

  private async _evaluate(circuit: string, report: MemberReport, replacement?: Replacement): Promise<unknown> {
    const encoded = encodeName(circuit);
    this._circuits.set(encoded, circuit);
    const keys = toKeys(this._namespace, circuit);
    const args = [
      String(keys.length),
      ...keys,
      toChannel(this._namespace),
      encoded,
      report.id,
      String(report.epoch),
      report.open ? '1' : '0',
      String(report.successes),
      String(report.failures),
      report.deadline === undefined ? '' : String(report.deadline),
      String(report.lifetime),
      String(report.window),
      String(this._keep),
      ...(replacement ? [replacement.revision, String(replacement.epoch), replacement.record] : []),
    ];
    try {
      return await this._connection.send(['EVALSHA', SHA, ...args]);
    } catch (error) {
      // A restart forgets scripts, so at each failure.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await this._connection.send(['EVAL', SCRIPT, ...args]);
    }
  }

  private _toChange(message: string): RecordChange | undefined {
    const [, revision, now, encoded, record] = /^(\d{1,30}) (\d{1,16}) (\S+) (.+)$/s.exec(message) ?? [];
    const circuit = encoded === undefined ? undefined : this._circuits.get(encoded);
    if (circuit === undefined || revision === undefined || record === undefined) return undefined;
    return { circuit, now: Number(now), revision, record };
  }
}

/** Reads what the script returns, whatever the client makes of numbers; what is wrong with it is for the member. */
function toView(answer: unknown): FleetView {
  if (!Array.isArray(answer)) throw wrongType('redisStore: the answer of the script', 'an array', answer);
  const [now, revision, record, members, open, successes, failures, replaced] = answer as unknown[];
  return {
    now: toNumber(now),
    revision: String(revision),
    // Nil alone is no record: what a client makes of one that is no text must not pass for none.
    record: (record ?? undefined) as string | undefined,
    members: toNumber(members),
    open: toNumber(open),
    successes: toNumber(successes),
    failures: toNumber(failures),
    replaced: toNumber(replaced) === 1,
  };
}

/** Reads a number, a bigint or digits; anything else stays as it is, and the member refuses it. */
function toNumber(value: unknown): number {
  const isNumber = typeof value === 'bigint' || (typeof value === 'string' && /^\d+$/.test(value));
  return isNumber ? Number(value) : (value as number);
}
