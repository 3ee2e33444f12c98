import { asyncScheduler, defer, filter, map, Observable, share, startWith, Subject, switchMap, takeUntil } from 'rxjs';
import type { FleetStore, FleetView, MemberReport, RecordChange, Replacement } from '../../fleet/store.ts';
import { checkOptions, wrongType } from '../../util/check.ts';
import { scheduleUnref } from '../../util/schedule-unref.ts';
import { toOpener, type NatsBucket, type NatsEntry } from './bucket.ts';
import { toKey, toRecordKey, toRecordKeys } from './keys.ts';
import { StoredCircuit, UnreadableCircuit } from './stored-circuit.ts';

/** How often a report is tried when others write at the same time, and the longest pause before the next, in ms. */
const MAX_ATTEMPTS = 200;
const LONGEST_PAUSE = 20;
/** How often a write is looked for in replicas that lag behind. */
const MAX_LOOKS = 10;

/**
 * Options of {@link natsStore}.
 *
 * @example
 * ```ts
 * import type { NatsStoreOptions } from 'rxjs-fluxgate/nats';
 *
 * const options: NatsStoreOptions = { namespace: 'shop/eu-west-1' };
 * console.log(options.namespace); // => shop/eu-west-1
 * ```
 *
 * @see {@link natsStore}
 */
export interface NatsStoreOptions {
  /** The fault domain: members of one namespace reach the dependency by the same path. */
  readonly namespace: string;
}

/**
 * An engine of a fleet on NATS; disposing it ends its watch of the bucket.
 *
 * @example
 * ```ts
 * import { natsStore, type NatsStore } from 'rxjs-fluxgate/nats';
 *
 * const store: NatsStore = natsStore(() => Promise.reject(new Error('away')), { namespace: 'shop/eu-west-1' });
 * store.dispose();
 * ```
 *
 * @see {@link natsStore}
 */
export interface NatsStore extends FleetStore, Disposable {
  /** Ends the watch; the connection stays as it is. */
  dispose(): void;
}

/**
 * Makes a key-value bucket of NATS JetStream the engine of a fleet: a report is a read, a compare-and-set and a read.
 * For up to about a hundred members a circuit, because all of them write one key.
 *
 * @param bucket of `@nats-io/kv` or `nats`, or better a function that opens one: it is called at the first report, and
 * again after a failure, so that the application starts while NATS is down and a bucket that was lost is made again
 * @throws TypeError for a bucket or an option that is wrong or unknown
 * @example
 * ```ts
 * import { Kvm } from '@nats-io/kv';
 * import { connect, type NatsConnection } from '@nats-io/transport-node';
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { joinFleet } from 'rxjs-fluxgate/fleet';
 * import { natsStore } from 'rxjs-fluxgate/nats';
 *
 * let connection: Promise<NatsConnection> | undefined; // one a process
 * const open = async () => {
 *   connection ??= connect({ waitOnFirstConnect: true, maxReconnectAttempts: -1 });
 *   return new Kvm(await connection).create('fluxgate', { ttl: 7 * 24 * 3_600_000 });
 * };
 * const store = natsStore(open, { namespace: 'shop/eu-west-1' });
 * const fleet = joinFleet(new CircuitBreakerRegistry(), { store });
 * console.log(fleet.closed); // => false
 * fleet.unsubscribe();
 * ```
 *
 * @see `joinFleet`
 */
export function natsStore(
  bucket: NatsBucket | (() => NatsBucket | PromiseLike<NatsBucket>),
  options: NatsStoreOptions,
): NatsStore {
  const open = toOpener(bucket);
  checkOptions('natsStore', options, ['namespace']);
  const { namespace } = options;
  if (typeof namespace !== 'string' || namespace === '') {
    throw wrongType('natsStore: namespace', 'a text that names the fault domain', namespace);
  }
  return new BucketStore(open, namespace);
}

class BucketStore implements NatsStore {
  declare readonly [Symbol.dispose]: () => void;
  readonly changes$: Observable<RecordChange>;
  private readonly _open: () => Promise<NatsBucket>;
  private readonly _namespace: string;
  /** Undefined until it is opened, and after a failure. */
  private _bucket: Promise<NatsBucket> | undefined;
  private _opened: NatsBucket | undefined;
  private readonly _buckets = new Subject<NatsBucket>();
  /** The circuits that this process has reported, by the keys of their records. */
  private readonly _circuits = new Map<string, string>();
  /** Those with a report that NATS has not answered, with the member that reports. */
  private readonly _unanswered = new Set<string>();
  private readonly _disposed = new Subject<void>();

  static {
    if (typeof Symbol.dispose === 'symbol') {
      Object.defineProperty(this.prototype, Symbol.dispose, {
        value(this: BucketStore) {
          this.dispose();
        },
      });
    }
  }

  constructor(open: () => Promise<NatsBucket>, namespace: string) {
    this._open = open;
    this._namespace = namespace;
    // A report opens the bucket, so that a watch that has ended begins again without a timer of its own.
    const bucket$ = defer(() => (this._opened ? this._buckets.pipe(startWith(this._opened)) : this._buckets));
    this.changes$ = bucket$.pipe(
      switchMap((bucket) => watch(bucket, toRecordKeys(namespace), () => this._drop(bucket))),
      map((entry) => this._toChange(entry)),
      filter((change) => change !== undefined),
      takeUntil(this._disposed),
      share(),
    );
  }

  async sync(circuit: string, report: MemberReport, replacement?: Replacement): Promise<FleetView> {
    // A client that queues must not be given more and more.
    const question = JSON.stringify([circuit, report.id]);
    if (this._unanswered.has(question)) throw new Error('the last report has not been answered');
    this._unanswered.add(question);
    try {
      const bucket = await (this._bucket ??= this._openBucket());
      try {
        return await this._write(bucket, circuit, report, replacement);
      } catch (error) {
        // One circuit that holds garbage is no failure of the bucket.
        if (!(error instanceof UnreadableCircuit)) this._drop(bucket);
        throw error;
      }
    } finally {
      this._unanswered.delete(question);
    }
  }

  dispose(): void {
    this._disposed.next();
    this._disposed.complete();
  }

  private async _openBucket(): Promise<NatsBucket> {
    try {
      const bucket = await this._open();
      this._opened = bucket;
      this._buckets.next(bucket);
      return bucket;
    } catch (error) {
      this._bucket = undefined;
      throw error;
    }
  }

  /** Has the bucket opened again at the next report. */
  private _drop(bucket: NatsBucket): void {
    if (this._opened !== bucket) return;
    this._bucket = undefined;
    this._opened = undefined;
  }

  private async _write(
    bucket: NatsBucket,
    circuit: string,
    report: MemberReport,
    replacement: Replacement | undefined,
  ): Promise<FleetView> {
    const key = toKey(this._namespace, circuit);
    this._circuits.set(toRecordKey(this._namespace, circuit), circuit);
    const revision = await this._append(bucket, key, report, replacement);
    const view = (await find(bucket, key, revision)).toView(revision, report.window);
    if (view.replaced) this._publish(bucket, circuit, view);
    return view;
  }

  /** Writes the report after all others, and returns the revision of the bucket. */
  private async _append(
    bucket: NatsBucket,
    key: string,
    report: MemberReport,
    replacement: Replacement | undefined,
  ): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const stored = StoredCircuit.from(await bucket.get(key));
      const value = stored.format(report, replacement);
      try {
        return await (stored.revision > 0 ? bucket.update(key, value, stored.revision) : bucket.create(key, value));
      } catch (error) {
        if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw error;
        await pause(Math.random() * Math.min(LONGEST_PAUSE, attempt));
      }
    }
  }

  /** A hint, so no report waits for it. */
  private _publish(bucket: NatsBucket, circuit: string, { now, revision, record }: FleetView): void {
    const value = JSON.stringify([now, revision, record]);
    Promise.resolve(bucket.put(toRecordKey(this._namespace, circuit), value)).catch(() => undefined);
  }

  private _toChange(entry: NatsEntry): RecordChange | undefined {
    const circuit = this._circuits.get(entry.key);
    if (circuit === undefined || entry.operation !== 'PUT') return undefined;
    let value: unknown;
    try {
      value = JSON.parse(entry.string());
    } catch {
      return undefined;
    }
    if (!Array.isArray(value)) return undefined;
    const [now, revision, record] = value as unknown[];
    if (typeof now !== 'number' || typeof revision !== 'string' || typeof record !== 'string') return undefined;
    return { circuit, now, revision, record };
  }
}

/** Reads a circuit that holds a write. */
async function find(bucket: NatsBucket, key: string, revision: number): Promise<StoredCircuit> {
  for (let look = 1; look <= MAX_LOOKS; look++) {
    const stored = StoredCircuit.from(await bucket.get(key));
    if (stored.revision >= revision) return stored;
    await pause(look);
  }
  throw new Error('the report was written, and is not found');
}

/** The updates of some keys. It never errors; `onEnd` is called when the watch ends by itself. */
function watch(bucket: NatsBucket, key: string, onEnd: () => void): Observable<NatsEntry> {
  return new Observable((subscriber) => {
    const follow = async (): Promise<void> => {
      const options = { key, include: 'updates', ignoreDeletes: true };
      const entries = (await bucket.watch(options as never)) as AsyncIterable<NatsEntry> & { stop(): void };
      const stop = (): void => entries.stop();
      subscriber.add(stop);
      for await (const entry of entries) subscriber.next(entry);
    };
    const end = (): void => {
      if (!subscriber.closed) onEnd();
    };
    void follow().then(end, end);
  });
}

/** Whether another has written the key meanwhile. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && error.message.includes('wrong last sequence');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    scheduleUnref(asyncScheduler, ms, resolve);
  });
}
