import { defer, from, merge, mergeMap, Subject, type Observable, type Subscription } from 'rxjs';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import type { CircuitBreakerRegistry } from '../registry/circuit-breaker-registry.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { Signal } from '../types/signal.ts';
import { reportError, tryOrReport } from '../util/report-error.ts';
import { BreakerShadow, schedulerOf } from './breaker-shadow.ts';
import type { Shadow, ShadowCounts, ShadowRegistry } from './shadow-types.ts';

/** Follows each circuit of a registry from its first call. */
export class RegistryShadow implements ShadowRegistry {
  private readonly _shadows = new Map<string, BreakerShadow>();
  private readonly _signals = new Subject<Signal>();
  private readonly _following: Subscription;
  private readonly _source: CircuitBreakerRegistry;
  private readonly _options: CircuitBreakerOptions | ((name: string) => CircuitBreakerOptions);
  private readonly _added = new Subject<Shadow>();
  private readonly _removed = new Subject<Shadow>();
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
    this._following = source.call$.subscribe({
      next: (event) => tryOrReport(() => this._shadowOf(event.name).follow(event)),
      error: reportError,
      complete: () => this.dispose(),
    });
  }

  get(name: string): Shadow | undefined {
    return this._shadows.get(name);
  }

  get counts(): ShadowCounts {
    const sum = { asked: 0, good: 0, met: 0, lost: 0, spared: 0, unknown: 0 };
    for (const { counts } of this._shadows.values()) {
      for (const name of Object.keys(sum) as (keyof ShadowCounts)[]) sum[name] += counts[name];
    }
    return Object.freeze(sum);
  }

  [Symbol.iterator](): Iterator<Shadow> {
    return this._shadows.values();
  }

  dispose(): void {
    this._following.unsubscribe();
    for (const one of this._shadows.values()) one.dispose();
    for (const subject of [this._signals, this._added, this._removed]) subject.complete();
  }

  private _shadowOf(name: string): BreakerShadow {
    const known = this._shadows.get(name);
    if (known) return known;
    const options = typeof this._options === 'function' ? this._options(name) : this._options;
    const [any] = this._source;
    const made = new BreakerShadow(name, undefined, schedulerOf(any), options);
    made.signal$.subscribe({ next: (signal) => this._signals.next(signal), error: reportError });
    this._shadows.set(name, made);
    this._added.next(made);
    return made;
  }
}
