import { isObservable, type Observable } from 'rxjs';
import type { CallEvent } from '../types/call-event.ts';
import type { CircuitBreakerInfo } from '../types/circuit-breaker-info.ts';
import type { Signal } from '../types/signal.ts';
import type { State } from '../types/state.ts';
import { toGiven, isObject } from './breakers.ts';

/**
 * A circuit as the dashboard and the metrics read it: a breaker, or a shadow of one. It takes no commands.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, failureStreak, type CircuitView } from 'rxjs-fluxgate';
 * import { shadow } from 'rxjs-fluxgate/simulate';
 *
 * const payments = new CircuitBreaker({ name: 'payments' });
 * const views: CircuitView[] = [payments, shadow(payments, { tripper: failureStreak(1) })];
 * payments.admit().error(new Error('503'));
 * for (const { name, state } of views) console.log(name, state);
 * // => payments closed
 * // => payments (shadow) open
 * ```
 *
 * @see {@link CircuitViews}
 */
export interface CircuitView {
  /** Its name. */
  readonly name: string;
  /** Its state now. */
  readonly state: State;
  /** A snapshot of it. */
  info(): CircuitBreakerInfo;
  /** Every state change from now on, in order. */
  readonly signal$: Observable<Signal>;
  /** Every call that settled and every rejection from now on. */
  readonly call$: Observable<CallEvent>;
}

/**
 * What the dashboard and the metrics take: a breaker, a shadow, a registry of either with all that it has at any time, or
 * an iterable of breakers and shadows.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, CircuitBreakerRegistry, failureStreak, type CircuitViews } from 'rxjs-fluxgate';
 * import { shadow } from 'rxjs-fluxgate/simulate';
 *
 * const payments = new CircuitBreaker({ name: 'payments' });
 * const stricter = shadow(payments, { tripper: failureStreak(3) });
 * const choices: CircuitViews[] = [payments, [payments, stricter], new CircuitBreakerRegistry()];
 * console.log(choices.length); // => 3
 * ```
 *
 * @see {@link Breakers}
 */
export type CircuitViews = CircuitView | Iterable<CircuitView>;

/** Views that come and go. */
export interface ViewRegistry extends Iterable<CircuitView> {
  /** Each from now on, before its first call; completes once there will be no more. */
  readonly added$: Observable<CircuitView>;
  /** Each that is removed from now on; completes once all are. */
  readonly removed$: Observable<CircuitView>;
  readonly signal$: Observable<Signal>;
  readonly call$: Observable<CallEvent>;
}

/**
 * Returns the registry itself, or the circuits given, each once.
 *
 * @throws TypeError naming `what` if `given` is none of {@link CircuitViews}
 */
export function viewsOf(what: string, given: CircuitViews): ViewRegistry | ReadonlySet<CircuitView> {
  return toGiven(what, given, {
    isOne: isView,
    isRegistry: isViewRegistry,
    one: 'a CircuitBreaker or a Shadow',
    all: 'a CircuitBreaker, a CircuitBreakerRegistry, a Shadow, a ShadowRegistry or an iterable of those',
  });
}

export function isViewRegistry(views: Iterable<CircuitView>): views is ViewRegistry {
  return isObservable((views as Partial<ViewRegistry>).added$);
}

function isView(value: unknown): value is CircuitView {
  if (!isObject(value)) return false;
  const { info, signal$, call$ } = value as Partial<CircuitView>;
  return typeof info === 'function' && isObservable(signal$) && isObservable(call$);
}
