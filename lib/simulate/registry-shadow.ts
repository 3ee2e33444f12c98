import { defer, from, merge, mergeMap, Subject, Subscription, type Observable } from 'rxjs';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { Signal } from '../types/signal.ts';
import { reportError, tryOrReport } from '../util/report-error.ts';
import { BreakerShadow, checkShadowOptions, schedulerOf } from './breaker-shadow.ts';
import type { Shadow, ShadowCounts, ShadowRegistry } from './shadow-types.ts';

/** Follows each circuit of a registry from its first call until it is removed. */
export class RegistryShadow implements ShadowRegistry {
  private readonly _shadows = new Map<string, BreakerShadow>();
  /** The breakers of the source by name, because options may give one name to several. */
  private readonly _breakers = new Map<string, Set<CircuitBreaker>>();
  private readonly _signals = new Subject<Signal>();
  private readonly _following = new Subscription();
  private readonly _source: CircuitBreakerRegistry;
  private readonly _options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions);
  private readonly _added = new Subject<Shadow>();
  private readonly _removed = new Subject<Shadow>();
  /** The counts of the shadows that were removed. */
  private readonly _past = noCounts();
  readonly signal$ = this._signals.asObservable();
  readonly added$ = this._added.asObservable();
  readonly removed$ = this._removed.asObservable();
  readonly call$: Observable<CallEvent> = defer(() => merge(from([...this]), this._added)).pipe(
    mergeMap(({ call$ }) => call$),
  );

  constructor(
    source: CircuitBreakerRegistry,
    options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions),
  ) {
    this._source = source;
    this._options = options;
    // Throws here for options that are wrong, not at the first call.
    if (typeof options !== 'function') new CircuitBreaker(options).dispose();
    for (const breaker of source) this._add(breaker);
    const { _following: following } = this;
    following.add(source.added$.subscribe({ next: (breaker) => this._add(breaker), error: reportError }));
    following.add(source.removed$.subscribe({ next: (breaker) => this._remove(breaker), error: reportError }));
    following.add(
      source.call$.subscribe({
        next: (event) => tryOrReport(() => this._shadowOf(event.name)?.follow(event)),
        error: reportError,
        complete: () => this.dispose(),
      }),
    );
  }

  get(name: string): Shadow | undefined {
    return this._shadows.get(name);
  }

  get counts(): ShadowCounts {
    const sum = { ...this._past };
    for (const { counts } of this._shadows.values()) addTo(sum, counts);
    return Object.freeze(sum);
  }

  [Symbol.iterator](): Iterator<Shadow> {
    return this._shadows.values();
  }

  dispose(): void {
    this._following.unsubscribe();
    this._breakers.clear();
    for (const one of this._shadows.values()) one.dispose();
    for (const subject of [this._signals, this._added, this._removed]) subject.complete();
  }

  private _add(breaker: CircuitBreaker): void {
    const { name } = breaker;
    const known = this._breakers.get(name);
    if (known) known.add(breaker);
    else this._breakers.set(name, new Set([breaker]));
  }

  /** Ends the shadow of a name that no breaker has any more. */
  private _remove(breaker: CircuitBreaker): void {
    const { name } = breaker;
    const breakers = this._breakers.get(name);
    breakers?.delete(breaker);
    if (breakers?.size) return;
    this._breakers.delete(name);
    const shadow = this._shadows.get(name);
    if (!shadow) return;
    this._shadows.delete(name);
    addTo(this._past, shadow.counts);
    this._removed.next(shadow);
    shadow.dispose();
  }

  /** The shadow of a name, made at its first call; undefined once the circuit is removed, which an event may outlive. */
  private _shadowOf(name: string): BreakerShadow | undefined {
    const known = this._shadows.get(name);
    if (known) return known;
    const breaker = this._findBreaker(name);
    if (!breaker) return undefined;
    const options = typeof this._options === 'function' ? this._options(name) : this._options;
    checkShadowOptions(options);
    const made = new BreakerShadow(name, undefined, schedulerOf(breaker), options);
    made.signal$.subscribe({ next: (signal) => this._signals.next(signal), error: reportError });
    this._shadows.set(name, made);
    this._added.next(made);
    return made;
  }

  private _findBreaker(name: string): CircuitBreaker | undefined {
    // An earlier subscriber of `added$` may have made a call before this one learns of the breaker.
    if (!this._breakers.has(name)) for (const breaker of this._source) if (breaker.name === name) this._add(breaker);
    const [first] = this._breakers.get(name) ?? [];
    return first;
  }
}

type Counts = { -readonly [Name in keyof ShadowCounts]: ShadowCounts[Name] };

function noCounts(): Counts {
  return { asked: 0, good: 0, met: 0, lost: 0, spared: 0, unknown: 0 };
}

function addTo(sum: Counts, counts: ShadowCounts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
}
