import type { Observable } from 'rxjs';
import type { CircuitView } from '../registry/circuit-view.ts';
import type { CallEvent } from '../types/call-event.ts';
import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';

/**
 * What a shadow has counted since it was made: `asked` is the sum of the others.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { shadow, type ShadowCounts } from 'rxjs-fluxgate/simulate';
 *
 * const counts: ShadowCounts = shadow(new CircuitBreaker(), {}).counts;
 * console.log(counts.asked); // => 0
 * ```
 *
 * @see {@link shadow}
 */
export interface ShadowCounts {
  /** How many calls callers wanted. */
  readonly asked: number;
  /** Good calls that the shadow would have let through. */
  readonly good: number;
  /** Bad calls that it would have let through. */
  readonly met: number;
  /** Good calls that it would have rejected. */
  readonly lost: number;
  /** Bad calls that it would have rejected. */
  readonly spared: number;
  /** Calls that the real circuit rejected, so that it is not known how they would have ended. */
  readonly unknown: number;
}

/**
 * Another configuration that follows the calls of a breaker, and touches none.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, failureStreak } from 'rxjs-fluxgate';
 * import { shadow, type Shadow } from 'rxjs-fluxgate/simulate';
 *
 * const stricter: Shadow = shadow(new CircuitBreaker({ name: 'payments' }), { tripper: failureStreak(3) });
 * console.log(stricter.name, stricter.state); // => payments (shadow) closed
 * ```
 *
 * @see {@link shadow}
 */
export interface Shadow extends CircuitView {
  /** `options.name`, else the name of its source and ` (shadow)`. */
  readonly name: string;
  /** The state in which the circuit would be. */
  readonly state: State;
  /** The same as of a breaker. */
  info(): CircuitBreakerInfo;
  /** Every state change from now on, in order. */
  readonly signal$: Observable<Signal>;
  /** The state now and every new one. */
  readonly state$: Observable<State>;
  /**
   * Every call of its source that has ended, with the outcome by its own tracker, and as `rejected` if it would have been;
   * not those that the real circuit rejected or the caller cancelled.
   */
  readonly call$: Observable<CallEvent>;
  /** What it has counted so far. */
  readonly counts: ShadowCounts;
  /** Ends it, and completes its streams. */
  dispose(): void;
}

/**
 * A shadow for each circuit of a registry, made at its first call, and ended when the registry evicts or deletes the circuit.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { shadow, type ShadowRegistry } from 'rxjs-fluxgate/simulate';
 *
 * const registry = new CircuitBreakerRegistry();
 * const shadows: ShadowRegistry = shadow(registry, {});
 * registry.get('stock').admit().complete();
 * console.log([...shadows].map(({ name }) => name)); // => [ 'stock (shadow)' ]
 * ```
 *
 * @see {@link shadow}
 */
export interface ShadowRegistry extends Iterable<Shadow> {
  /** The shadow of the circuit with a name; undefined before its first call and after the circuit was removed. */
  get(name: string): Shadow | undefined;
  /** Each shadow that is made from now on, before its first call; completes when it ends. */
  readonly added$: Observable<Shadow>;
  /** Each shadow whose circuit the registry evicts or deletes, with its last counts; completes when it ends. */
  readonly removed$: Observable<Shadow>;
  /** The state changes of all its shadows. */
  readonly signal$: Observable<Signal>;
  /** The calls of all its shadows. */
  readonly call$: Observable<CallEvent>;
  /** The counts of all its shadows together, also of those that were removed. */
  readonly counts: ShadowCounts;
  /** Ends all, and completes their streams; they can still be read. */
  dispose(): void;
}
