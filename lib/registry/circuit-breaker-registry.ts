import type { Observable } from 'rxjs';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { NotificationQueue } from '../events/notification-queue.ts';
import { QueuedSubject } from '../events/queued-subject.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { Signal } from '../types/signal.ts';
import { wrongType } from '../util/check.ts';
import { BreakerCache } from './breaker-cache.ts';
import { MergedStream } from './merged-stream.ts';
import { resolveMaxSize, toOptionsOfKey, type RegistryConfig, type RegistryOptions } from './registry-options.ts';

export type { RegistryConfig, RegistryOptions };

/**
 * Makes and keeps a breaker for each key, such as a host or a tenant, and merges their streams.
 *
 * *Details.* `get` makes a breaker the first time and returns the same one from then on. Beyond `maxSize` it evicts the
 * least recently used ones: of the keys asked for once first, so that a flood of them evicts no other; closed ones before
 * those that could be tried again or that a command made `metrics_only` or `disabled`. A breaker with calls in flight, or
 * open and waiting, or `forced_open` is in use and never evicted, even if the registry is larger for a while. An evicted
 * breaker goes on working for a pipe that still holds it. A new key costs the same whatever the size.
 *
 * *Gotchas.* Ask for the breaker at each call, `circuitBreaker(registry.get(host))`, instead of keeping it. Subscribing
 * `signal$` watches every breaker, so that each goes half-open on time. To have all in `metrics_only`, also those made
 * again after an eviction: `registry.added$.subscribe((breaker) => breaker.metricsOnly())`. Remove a breaker of the
 * registry with `delete`, not with its own `dispose`.
 *
 * @param options of the breakers, or a function of the key; default all default options
 * @throws TypeError or RangeError for bad options; if a function returned them, `get` throws
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { CircuitBreakerRegistry, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 *
 * const registry = new CircuitBreakerRegistry({ tripper: failureStreak(5) });
 * registry.signal$.subscribe(({ name, newState }) => console.log(name, newState));
 *
 * of('in stock').pipe(circuitBreaker(registry.get('stock'))).subscribe((text) => console.log(text)); // => in stock
 * registry.get('payments').trip(); // => payments open
 * console.log([...registry].map(({ name, state }) => `${name}: ${state}`).join(', ')); // => stock: closed, payments: open
 * ```
 *
 * @see {@link CircuitBreaker}
 * @see resilience4j's `CircuitBreakerRegistry`
 * @see Johnson and Shasha, 2Q: a low overhead high performance buffer management replacement algorithm, 1994
 */
export class CircuitBreakerRegistry implements Iterable<CircuitBreaker>, Disposable {
  /** Calls `dispose()`, for `using`; there where the platform knows `Symbol.dispose`. */
  declare readonly [Symbol.dispose]: () => void;

  /** Each breaker from now on, before it is used; completes on `dispose()`. Those there are now are in the iteration. */
  readonly added$: Observable<CircuitBreaker>;
  /** Each breaker that is evicted or deleted from now on; completes on `dispose()`, after all were removed. */
  readonly removed$: Observable<CircuitBreaker>;
  /** The signals of all breakers, also of those made later; completes on `dispose()`. While subscribed, all are watched. */
  readonly signal$: Observable<Signal>;
  /** The call events of all breakers, also of those made later; completes on `dispose()`. */
  readonly call$: Observable<CallEvent>;

  private readonly _toOptions: (key: string) => CircuitBreakerOptions;
  private readonly _cache: BreakerCache;
  // Of their own, for a follower must know a breaker before its first call, also if a signal made it.
  private readonly _changes = new NotificationQueue();
  private readonly _added = new QueuedSubject<CircuitBreaker>(this._changes);
  private readonly _removed = new QueuedSubject<CircuitBreaker>(this._changes);
  private readonly _signals: MergedStream<Signal>;
  private readonly _calls: MergedStream<CallEvent>;
  private _disposed = false;

  static {
    if (typeof Symbol.dispose === 'symbol') {
      Object.defineProperty(this.prototype, Symbol.dispose, {
        value(this: CircuitBreakerRegistry) {
          this.dispose();
        },
      });
    }
  }

  constructor(options: RegistryOptions = {}, config: RegistryConfig = {}) {
    this._cache = new BreakerCache(resolveMaxSize(config), ({ breaker }) => this._announceRemoval(breaker));
    this._toOptions = toOptionsOfKey(options);
    const breakers = (): Iterable<CircuitBreaker> => this._cache.breakers();
    // Shared, so that calls and signals keep their order among each other.
    const queue = new NotificationQueue();
    this._signals = new MergedStream(breakers, ({ signal$ }) => signal$, queue);
    this._calls = new MergedStream(breakers, ({ call$ }) => call$, queue);
    this.signal$ = this._signals.stream$;
    this.call$ = this._calls.stream$;
    this.added$ = this._added.asObservable();
    this.removed$ = this._removed.asObservable();
  }

  /** How many breakers are kept now. */
  get size(): number {
    return this._cache.size;
  }

  /**
   * Returns the breaker of a key, made the first time; after `dispose()` one that lets every call pass unguarded.
   *
   * @param key names the dependency
   * @throws TypeError if the key is not a string; what the function of the options throws
   * @example
   * ```ts
   * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
   *
   * const registry = new CircuitBreakerRegistry();
   * console.log(registry.get('stock') === registry.get('stock')); // => true
   * ```
   *
   * @see {@link CircuitBreakerRegistry.has}, which makes none
   */
  get(key: string): CircuitBreaker {
    return this._cache.use(key) ?? this._make(key);
  }

  /**
   * Whether a key has a breaker now; does not count as use.
   *
   * @example
   * ```ts
   * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
   *
   * console.log(new CircuitBreakerRegistry().has('stock')); // => false
   * ```
   */
  has(key: string): boolean {
    return this._cache.has(key);
  }

  /**
   * Removes a breaker and disposes it, whatever its state; returns whether there was one.
   *
   * @example
   * ```ts
   * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
   *
   * const registry = new CircuitBreakerRegistry();
   * registry.get('tenant-7');
   * console.log(registry.delete('tenant-7'), registry.delete('tenant-7')); // => true false
   * ```
   */
  delete(key: string): boolean {
    const breaker = this._cache.remove(key);
    if (!breaker) return false;
    this._announceRemoval(breaker);
    breaker.dispose();
    return true;
  }

  /** The breakers kept now, in the order in which they were made; a snapshot, so that they may be removed meanwhile. */
  [Symbol.iterator](): IterableIterator<CircuitBreaker> {
    return [...this._cache.breakers()].values();
  }

  /**
   * Disposes all breakers, then completes the streams; calls in flight go on, later calls pass unguarded.
   *
   * @example
   * ```ts
   * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
   *
   * const registry = new CircuitBreakerRegistry();
   * registry.signal$.subscribe({ complete: () => console.log('gone') });
   * registry.dispose(); // => gone
   * ```
   */
  dispose(): void {
    this._disposed = true;
    for (const key of this._cache.keys()) this.delete(key);
    for (const stream of [this._signals, this._calls]) stream.complete();
    for (const subject of [this._added, this._removed]) subject.complete();
    this._changes.flush();
  }

  private _make(key: string): CircuitBreaker {
    if (typeof key !== 'string') throw wrongType('CircuitBreakerRegistry: key', 'a string', key);
    const options = this._toOptions(key);
    // The function of the options may have asked for it itself.
    const kept = this._cache.use(key);
    if (kept) return kept;
    const breaker = new CircuitBreaker(options);
    if (this._disposed) {
      breaker.dispose();
      return breaker;
    }
    this._cache.add(key, breaker);
    for (const stream of [this._signals, this._calls]) stream.add(breaker);
    this._announce(this._added, breaker);
    this._cache.makeRoom(breaker);
    return breaker;
  }

  private _announceRemoval(breaker: CircuitBreaker): void {
    for (const stream of [this._signals, this._calls]) stream.remove(breaker);
    this._announce(this._removed, breaker);
  }

  private _announce(subject: QueuedSubject<CircuitBreaker>, breaker: CircuitBreaker): void {
    if (!subject.observed) return;
    subject.next(breaker);
    this._changes.flush();
  }
}
