import {
  asyncScheduler,
  defer,
  mergeMap,
  NEVER,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { checkAtLeast, checkFraction, checkFunction, checkOptions, wrongType } from '../../util/check.ts';

/**
 * Options of {@link chaos}: `rate` and at least one of `fault`, `latency` and `hang`.
 *
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { chaos, type ChaosOptions } from 'rxjs-fluxgate/testing';
 *
 * const flags = { chaos: false }; // in place of a feature flag
 * const options: ChaosOptions = { enabled: () => flags.chaos, rate: 1, fault: () => new Error('injected') };
 * const stock$ = of('pen').pipe(chaos(options));
 *
 * stock$.subscribe((value) => console.log(value)); // => pen
 * flags.chaos = true;
 * stock$.subscribe({ error: (error: Error) => console.log(error.message) }); // => injected
 * ```
 *
 * @see {@link chaos}
 */
export interface ChaosOptions {
  /** Whether to inject at all, or a function that is asked at each subscription. Default false. */
  readonly enabled?: boolean | (() => boolean) | undefined;
  /** The share of subscriptions to disturb, from 0 to 1, or a function that is asked at each. */
  readonly rate: number | (() => number);
  /** The error to inject in place of the source, or a function that makes one. */
  readonly fault?: unknown;
  /** The delay to inject before the source is subscribed, or before the fault, in ms, or a function of it. */
  readonly latency?: number | (() => number) | undefined;
  /** Whether to inject a source that never responds; not together with a fault or a latency. Default false. */
  readonly hang?: boolean | undefined;
  /** The source of chance, in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** What delays are scheduled on. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Injects faults, latency or hangs into a share of the subscriptions, to see in a test or on a staging system that what
 * is around the source copes; does nothing unless it is `enabled`.
 *
 * *Details.* Each subscription is tossed for once: `random() < rate`. With both a latency and a fault it fails late. Use
 * several in a row for several kinds of chaos with rates of their own. Not enabled by `true` or a function, it returns the
 * source itself.
 *
 * *Gotchas.* Place it right after the source, before `timeout` and the breaker, so that they meet the chaos. A fault
 * in place of the source means that no request is made.
 *
 * @throws TypeError or RangeError for a wrong option, or for none to inject; what a function of the options throws is an
 *   error of the subscription
 * @example
 * ```ts
 * import { of, timeout } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, failureStreak } from 'rxjs-fluxgate';
 * import { chaos } from 'rxjs-fluxgate/testing';
 *
 * const stock = new CircuitBreaker({ name: 'stock', tripper: failureStreak(3) });
 * const stock$ = of('pen').pipe(
 *   chaos({ enabled: process.env['NODE_ENV'] !== 'production', rate: 1, hang: true }),
 *   timeout(10),
 *   circuitBreaker(stock),
 * );
 * for (let call = 1; call <= 3; call++) stock$.subscribe({ error: () => console.log(stock.state) });
 * // => closed
 * // => closed
 * // => open
 * ```
 *
 * @see {@link outage} for a dependency that is all script
 * @see Polly's chaos strategies (https://www.pollydocs.org/chaos), once Simmy: fault, latency, outcome and behavior, each
 *   with `Enabled` and `InjectionRate`
 */
export function chaos<T>(options: ChaosOptions): MonoTypeOperatorFunction<T> {
  checkOptions('chaos', options, ['enabled', 'rate', 'fault', 'latency', 'hang', 'random', 'scheduler']);
  const { enabled = false, rate, fault, latency, hang = false, scheduler = asyncScheduler } = options;
  // Looked up at each draw, so that a test can replace it.
  const random = options.random ?? (() => Math.random());
  if (typeof enabled !== 'boolean' && typeof enabled !== 'function')
    throw wrongType('chaos: enabled', 'true, false or a function', enabled);
  if (typeof rate !== 'function') checkFraction('chaos: rate', rate);
  if (latency !== undefined && typeof latency !== 'function') checkAtLeast('chaos: latency', 0, latency);
  if (typeof hang !== 'boolean') throw wrongType('chaos: hang', 'true or false', hang);
  checkFunction('chaos: random', random);
  const faulty = fault !== undefined;
  const late = latency !== undefined;
  if (!faulty && !late && !hang) throw new TypeError('chaos must be given a fault, a latency or hang: true');
  if (hang && (faulty || late)) throw new TypeError('chaos takes hang without fault and latency: it never responds');
  if (!enabled) return (source) => source;

  const isEnabled = typeof enabled === 'function' ? enabled : (): boolean => enabled;
  const toRate = typeof rate === 'function' ? rate : (): number => rate;
  const toLatency = typeof latency === 'function' ? latency : (): number => latency ?? 0;
  const toFault = typeof fault === 'function' ? (fault as () => unknown) : (): unknown => fault;

  return (source) =>
    defer(() => {
      if (!isEnabled() || !(random() < toRate())) return source;
      if (hang) return NEVER;
      const disturbed$ = faulty ? throwError(() => toFault()) : source;
      return late ? timer(toLatency(), scheduler).pipe(mergeMap(() => disturbed$)) : disturbed$;
    });
}
