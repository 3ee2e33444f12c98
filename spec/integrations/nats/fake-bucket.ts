import type { NatsBucket, NatsEntry } from '../../../lib/integrations/nats/index.ts';

/** A bucket in memory, whose reads may lag behind. */
export class FakeBucket implements NatsBucket {
  /** The server's time, in ms. */
  now = 1_000;
  /** Reads that are answered with the entry before the last. */
  staleReads = 0;
  conflicts = 0;
  /** What the next calls fail with. */
  error: Error | undefined;
  readonly puts: string[] = [];
  watches = 0;
  private readonly _history = new Map<string, NatsEntry[]>();
  private readonly _watchers = new Set<(entry: NatsEntry | undefined) => void>();
  private _revision = 0;

  get(key: string): Promise<NatsEntry | null> {
    if (this.error) return Promise.reject(this.error);
    const entries = this._history.get(key) ?? [];
    const stale = this.staleReads > 0 && this.staleReads--;
    return Promise.resolve(entries.at(stale ? -2 : -1) ?? null);
  }

  create(key: string, data: string): Promise<number> {
    return this.update(key, data, 0);
  }

  update(key: string, data: string, revision: number): Promise<number> {
    const last = this._history.get(key)?.at(-1)?.revision ?? 0;
    if (last === revision) return this.put(key, data);
    this.conflicts++;
    return Promise.reject(new Error(`wrong last sequence: ${String(last)}`));
  }

  put(key: string, data: string, operation = 'PUT'): Promise<number> {
    if (this.error) return Promise.reject(this.error);
    this.puts.push(key);
    const revision = ++this._revision;
    const entry = { key, revision, created: new Date(this.now), operation, string: () => data };
    this._history.set(key, [...(this._history.get(key) ?? []), entry]);
    for (const watcher of this._watchers) watcher(entry);
    return Promise.resolve(revision);
  }

  watch(): Promise<AsyncIterable<NatsEntry> & { stop(): void }> {
    this.watches++;
    const entries: (NatsEntry | undefined)[] = [];
    let wake = (): void => undefined;
    const watcher = (entry: NatsEntry | undefined): void => {
      entries.push(entry);
      wake();
    };
    this._watchers.add(watcher);
    const stop = (): void => {
      this._watchers.delete(watcher);
      watcher(undefined);
    };
    async function* iterate(): AsyncGenerator<NatsEntry> {
      for (;;) {
        while (entries.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const entry = entries.shift();
        if (!entry) return;
        yield entry;
      }
    }
    const iterator = iterate();
    return Promise.resolve(Object.assign(iterator, { stop }));
  }

  /** Ends all watches, as a server does that has lost the bucket. */
  endWatches(): void {
    for (const watcher of [...this._watchers]) watcher(undefined);
    this._watchers.clear();
  }

  get watched(): number {
    return this._watchers.size;
  }
}
