import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { resolveOptions } from '../breaker/resolve-options.ts';
import type { Classifier } from '../types/outcome.ts';
import { checkFunction, checkOptions, wrongType } from '../util/check.ts';

/**
 * The configuration of one use of {@link circuitBreaker}.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, type CircuitBreakerConfig } from 'rxjs-fluxgate';
 *
 * const config: CircuitBreakerConfig<number> = { classify: (value) => (value < 0 ? 'failure' : 'success') };
 * const breaker = new CircuitBreaker();
 * of(-1).pipe(circuitBreaker(breaker, config)).subscribe();
 * console.log(breaker.info().metric.failureCount); // => 1
 * ```
 *
 * @see {@link circuitBreaker}
 */
export interface CircuitBreakerConfig<T> {
  /** Judges a call by its values. Default none: its end counts, or being unsubscribed after a value. */
  readonly classify?: Classifier<T> | undefined;
}

/**
 * Guards an Observable by a circuit breaker: each subscription is a call, rejected with a {@link CallNotPermittedError}
 * while the circuit is open, passed through unchanged otherwise.
 *
 * *Details.* Given a {@link CircuitBreaker}, every pipe that it is given to shares it. Given options, each application to a
 * source makes a breaker of its own, shared by the subscriptions of that result.
 *
 * *Gotchas.* Put `timeout` before it, so that a hang is a failure, and `retry` after it, so that each attempt is a call.
 * A source that runs before it is subscribed, such as `from(fetch(url))`, must be wrapped in `defer`.
 *
 * @param breaker the breaker to share, or the options of one. Default all default options
 * @throws TypeError or RangeError for bad options; the call's errors come through the Observable
 * @example
 * ```ts
 * import { catchError, of, throwError, timeout } from 'rxjs';
 * import { ajax } from 'rxjs/ajax';
 * import { CircuitBreaker, circuitBreaker, isCallNotPermitted } from 'rxjs-fluxgate';
 *
 * const payments = new CircuitBreaker({ name: 'payments' });
 * const payment$ = ajax.getJSON('/payments/42').pipe(
 *   timeout(2_000),
 *   circuitBreaker(payments),
 *   catchError((error: unknown) => (isCallNotPermitted(error) ? of('cached') : throwError(() => error))),
 * );
 *
 * payments.forceOpen();
 * payment$.subscribe((value) => console.log(value)); // => cached
 * ```
 *
 * @see {@link CircuitBreaker.admit} for what is not an Observable
 */
// V apart from T, so that a classifier of a wider type does not widen the result.
export function circuitBreaker<T extends V, V = T>(
  breaker: CircuitBreaker | CircuitBreakerOptions = {},
  config: CircuitBreakerConfig<V> = {},
): MonoTypeOperatorFunction<T> {
  checkOptions('circuitBreaker', config, ['classify']);
  const { classify } = config;
  if (classify !== undefined) checkFunction('circuitBreaker: classify', classify);
  const getBreaker = isBreaker(breaker) ? (): CircuitBreaker => breaker : toBreakerFactory(breaker);

  return (source) => {
    const applied = getBreaker();
    return new Observable((subscriber) => applied.__guard<T>(source, subscriber, classify));
  };
}

/** Known by its method, so that a breaker of another copy of the package is one too. */
function isBreaker(value: unknown): value is CircuitBreaker {
  return typeof (value as Partial<CircuitBreaker> | null)?.__guard === 'function';
}

function toBreakerFactory(options: CircuitBreakerOptions): () => CircuitBreaker {
  if (typeof options !== 'object')
    throw wrongType('circuitBreaker: breaker', 'a CircuitBreaker or an object of options', options);
  // A registry would be taken for an object without options.
  if ((options as object | null) && 'signal$' in options)
    throw new TypeError('circuitBreaker takes no registry; give it registry.get(key)');
  const resolved = resolveOptions(options);
  // The first is made at once, so that bad options throw here and not where the operator is applied.
  let first: CircuitBreaker | undefined = new CircuitBreaker(resolved);
  return () => {
    const breaker = first ?? new CircuitBreaker(resolved);
    first = undefined;
    return breaker;
  };
}
