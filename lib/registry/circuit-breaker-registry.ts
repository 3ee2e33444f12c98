import { Observable } from 'rxjs';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { isInUse } from '../breaker/is-in-use.ts';
import { resolveOptions } from '../breaker/resolve-options.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { Signal } from '../types/signal.ts';
import { checkCount, checkOptions, wrongType } from '../util/check.ts';
import { NotificationQueue } from '../events/notification-queue.ts';
import { MERGE, MergedStream } from './merged-stream.ts';

/**
 * What the breakers of a {@link CircuitBreakerRegistry} are made of: the same options for all, each named by its key, or
 * a function that answers the options for a key.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry, failureStreak, type RegistryOptions } from 'rxjs-fluxgate';
 *
 * const options: RegistryOptions = (host) => ({ tripper: failureStreak(host.endsWith('.internal') ? 3 : 10) });
 * console.log(new CircuitBreakerRegistry(options).get('stock.internal').name); // => stock.internal
 * ```
 *
 * @see {@link CircuitBreakerRegistry}
 */
export type RegistryOptions = Omit<CircuitBreakerOptions, 'name'> | ((key: string) => CircuitBreakerOptions);

/**
 * What a {@link CircuitBreakerRegistry} takes beside the options of its breakers.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry, type RegistryConfig } from 'rxjs-fluxgate';
 *
 * const config: RegistryConfig = { maxSize: 2 };
 * const registry = new CircuitBreakerRegistry({}, config);
 * for (const host of ['a', 'b', 'c']) registry.get(host);
 * console.log([...registry].map(({ name }) => name)); // => [ 'b', 'c' ]
 * ```
 *
 * @see {@link CircuitBreakerRegistry}
 */
export interface RegistryConfig {
  /** How many breakers are kept, an integer of at least 1; more only while those in use are more. Default 1_000. */
  readonly maxSize?: number | undefined;
}

/**
 * Makes and keeps a breaker for each key, such as a host or a tenant, and merges what they tell.
 *
 * *Details.* `get` makes a breaker the first time and answers the same one from then on. Beyond `maxSize` the one that
 * was longest not asked for is forgotten, closed ones first, then those that could be tried again. One that has calls in
 * flight, is open and waits, or was brought where it is by a command, is in use, and kept even if the registry is larger
 * for a while. A forgotten breaker goes on working for a pipe that still holds it.
 *
 * *Gotchas.* Ask for the breaker at each call, `circuitBreaker(registry.get(host))`, instead of keeping it. Subscribing
 * `signal$` watches every breaker, so that each goes half-open on time. Iteration is in the order of use, the most
 * recent last. A breaker of the registry is ended by `delete`, not by its own `dispose`.
 *
 * @param options of the breakers, or a function of the key; default all default options
 * @throws TypeError or RangeError for bad options; for those of a function, `get` throws
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
 */
export class CircuitBreakerRegistry implements Iterable<CircuitBreaker> {
  readonly #optionsOf: (key: string) => CircuitBreakerOptions;
  readonly #maxSize: number;
  /** In the order of use, the most recent last. */
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #outbox = new NotificationQueue();
  readonly #signals = this.#merged(({ signal$ }) => signal$);
  readonly #calls = this.#merged(({ call$ }) => call$);
  readonly #streams = new Set<Pick<MergedStream<unknown>, 'add' | 'remove' | 'complete'>>([this.#signals, this.#calls]);
  /** From what size on it is worth looking for what may be forgotten. */
  #nextSearch = 0;
  #disposed = false;

  static {
    Object.defineProperty(this.prototype, MERGE, {
      value<T>(this: CircuitBreakerRegistry, streamOf: (breaker: CircuitBreaker) => Observable<T>) {
        return new Observable<T>((subscriber) => {
          const merged = this.#merged(streamOf);
          this.#streams.add(merged);
          subscriber.add(() => this.#streams.delete(merged));
          merged.stream$.subscribe(subscriber);
        });
      },
    });
  }

  constructor(options: RegistryOptions = {}, config: RegistryConfig = {}) {
    checkOptions('CircuitBreakerRegistry', config, ['maxSize']);
    const { maxSize = 1_000 } = config;
    checkCount('CircuitBreakerRegistry: maxSize', maxSize);
    this.#maxSize = maxSize;
    this.#optionsOf = optionsOf(options);
  }

  #merged<T>(streamOf: (breaker: CircuitBreaker) => Observable<T>): MergedStream<T> {
    return new MergedStream(() => this.#breakers.values(), streamOf, this.#outbox);
  }

  /** The signals of all breakers, also of those made later; completes on `dispose()`. While subscribed, all are watched. */
  get signal$(): Observable<Signal> {
    return this.#signals.stream$;
  }

  /** The call events of all breakers, also of those made later; completes on `dispose()`. */
  get call$(): Observable<CallEvent> {
    return this.#calls.stream$;
  }

  /** How many breakers are kept now. */
  get size(): number {
    return this.#breakers.size;
  }

  /**
   * The breaker of a key, made the first time; after `dispose()` one that lets every call pass unguarded.
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
    const kept = this.#breakers.get(key);
    if (kept) {
      this.#breakers.delete(key);
      this.#breakers.set(key, kept);
      return kept;
    }
    return this.#make(key);
  }

  #make(key: string): CircuitBreaker {
    if (typeof key !== 'string') throw wrongType('CircuitBreakerRegistry: key', 'a string', key);
    const options = this.#optionsOf(key);
    // The function of the options may have asked for it itself.
    const kept = this.#breakers.get(key);
    if (kept) return kept;
    const breaker = new CircuitBreaker(options);
    if (this.#disposed) {
      breaker.dispose();
      return breaker;
    }
    this.#breakers.set(key, breaker);
    for (const stream of this.#streams) stream.add(breaker);
    this.#evict(breaker);
    return breaker;
  }

  #evict(made: CircuitBreaker): void {
    if (this.size < this.#nextSearch) return;
    // With a closed one least is lost.
    this.#forgetIdle(made, ({ state }) => state === 'closed');
    this.#forgetIdle(made, () => true);
    // If nearly all are in use, not for each new key.
    this.#nextSearch = this.size > this.#maxSize ? Math.ceil(this.size * 1.1) : 0;
  }

  /** Forgets what was longest not asked for, until there are few enough, but never the one that was just made. */
  #forgetIdle(made: CircuitBreaker, mayGo: (breaker: CircuitBreaker) => boolean): void {
    for (const [key, breaker] of this.#breakers) {
      if (this.size <= this.#maxSize) return;
      if (breaker === made || !mayGo(breaker) || isInUse(breaker)) continue;
      this.#forget(key, breaker);
    }
  }

  #forget(key: string, breaker: CircuitBreaker): void {
    this.#breakers.delete(key);
    for (const stream of this.#streams) stream.remove(breaker);
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
    return this.#breakers.has(key);
  }

  /**
   * Removes a breaker and disposes it, whatever its state; answers whether there was one.
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
    const breaker = this.#breakers.get(key);
    if (!breaker) return false;
    this.#forget(key, breaker);
    breaker.dispose();
    return true;
  }

  /** The breakers kept now, in the order of use, the most recent last; a snapshot, so that they may be removed meanwhile. */
  [Symbol.iterator](): IterableIterator<CircuitBreaker> {
    return [...this.#breakers.values()].values();
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
    this.#disposed = true;
    for (const key of [...this.#breakers.keys()]) this.delete(key);
    for (const stream of this.#streams) stream.complete();
  }
}

function optionsOf(options: RegistryOptions): (key: string) => CircuitBreakerOptions {
  if (typeof options === 'function') {
    return (key) => {
      const given = options(key);
      return { ...resolveOptions(given), name: given.name ?? key };
    };
  }
  if ((options as object | null) instanceof Object && 'maxSize' in options) {
    throw new TypeError('CircuitBreakerRegistry takes maxSize in its second argument');
  }
  // Read once, and told here if they are bad and not at the first call.
  const settings = resolveOptions(options);
  if ('name' in options) {
    throw new TypeError('CircuitBreakerRegistry got the option name; each breaker is named by its key');
  }
  new CircuitBreaker(settings);
  return (key) => ({ ...settings, name: key });
}
