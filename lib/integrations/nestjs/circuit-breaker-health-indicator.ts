import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { STATES } from '../../types/states.ts';
import type { State } from '../../types/state.ts';
import { checkFunction, checkOptions, wrongType } from '../../util/check.ts';
import { reportError } from '../../util/report-error.ts';

/**
 * Options of {@link CircuitBreakerHealthIndicator.check}.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry } from 'rxjs-fluxgate';
 * import { CircuitBreakerHealthIndicator, type CircuitBreakerHealthOptions } from 'rxjs-fluxgate/nestjs';
 *
 * const registry = new CircuitBreakerRegistry();
 * registry.get('payments').forceOpen();
 * const options: CircuitBreakerHealthOptions = { down: ['forced_open'], only: (name) => name === 'payments' };
 * const { circuits } = new CircuitBreakerHealthIndicator(registry).check('circuits', options);
 * console.log(circuits?.status); // => down
 * ```
 *
 * @see {@link CircuitBreakerHealthIndicator}
 */
export interface CircuitBreakerHealthOptions {
  /** The states of a circuit that make the indicator `down`. Default none: an open circuit is no reason to restart. */
  readonly down?: readonly Exclude<State, 'half_open'>[] | undefined;
  /** Which circuits are looked at, by their name. Default all. */
  readonly only?: ((name: string) => boolean) | undefined;
}

/**
 * What is known of a circuit in a {@link CircuitBreakerHealth}.
 *
 * @example
 * ```ts
 * import type { CircuitHealth } from 'rxjs-fluxgate/nestjs';
 *
 * const open: CircuitHealth = { state: 'open', available: false, retryAt: 1_700_000_000_000 };
 * console.log(open.available); // => false
 * ```
 *
 * @see {@link CircuitBreakerHealthIndicator}
 */
export interface CircuitHealth {
  /** The state of the circuit. */
  readonly state: State;
  /** False while the circuit rejects every call: while it is open and its wait is not over, or forced open. */
  readonly available: boolean;
  /** When an open circuit is tried again, in ms of the scheduler's time; left out if that is not known. */
  readonly retryAt?: number;
}

/**
 * The result of {@link CircuitBreakerHealthIndicator.check}, as `@nestjs/terminus` takes it: under the key the status and
 * each circuit by its name.
 *
 * @example
 * ```ts
 * import type { CircuitBreakerHealth } from 'rxjs-fluxgate/nestjs';
 *
 * const health: CircuitBreakerHealth = { circuits: { status: 'up', circuits: { stock: { state: 'closed', available: true } } } };
 * console.log(health['circuits']?.status); // => up
 * ```
 *
 * @see {@link CircuitBreakerHealthIndicator}
 */
export type CircuitBreakerHealth = Record<
  string,
  { readonly status: 'up' | 'down'; readonly circuits: Readonly<Record<string, CircuitHealth>> }
>;

/**
 * A health indicator for `@nestjs/terminus` 11 and later, which {@link CircuitBreakerModule} provides.
 *
 * *Details.* By default it is `up` whatever the circuits do, with the state of each as details: an outage of a dependency
 * is not cured by a restart, nor by turning away the traffic of the other dependencies. Circuits are watched, so that one
 * whose wait is over is half-open, which is available, also without traffic.
 *
 * *Gotchas.* `down` in a readiness probe turns away all traffic. The circuit still goes half-open on time, and the traffic
 * comes back to close it.
 *
 * @example
 * ```ts
 * import { CircuitBreakerRegistry, cooldown } from 'rxjs-fluxgate';
 * import { CircuitBreakerHealthIndicator } from 'rxjs-fluxgate/nestjs';
 *
 * // In a controller: this.health.check([() => this.circuits.check()])
 * const registry = new CircuitBreakerRegistry({ retry: cooldown(30_000) });
 * registry.get('stock').trip();
 * const { circuits } = new CircuitBreakerHealthIndicator(registry).check();
 * console.log(circuits?.status, circuits?.circuits['stock']?.state); // => up open
 * ```
 *
 * @see {@link CircuitBreakerHealthOptions}
 */
export class CircuitBreakerHealthIndicator implements OnApplicationShutdown {
  private readonly _registry: CircuitBreakerRegistry;
  private readonly _watching: Subscription;

  constructor(registry: CircuitBreakerRegistry) {
    this._registry = registry;
    // Any registry, also one that a test or an application puts in place of the module's own.
    this._watching = registry.signal$.subscribe({ error: reportError });
  }

  /**
   * Returns the health of the circuits.
   *
   * @param key the name of the indicator. Default `'circuits'`
   * @param options which states are `down`, which circuits count. Default none and all
   * @throws TypeError for a bad key or bad options
   */
  check(key = 'circuits', options: CircuitBreakerHealthOptions = {}): CircuitBreakerHealth {
    if (typeof key !== 'string') throw wrongType('CircuitBreakerHealthIndicator: key', 'a string', key);
    const { down, only } = resolveOptions(options);
    const breakers = [...this._registry].filter(({ name }) => only(name));
    const circuits = breakers.map((breaker): [string, CircuitHealth] => {
      const { name, state, retryAt } = breaker.info();
      const available = state !== 'open' && state !== 'forced_open';
      return [name, { state, available, ...(retryAt === undefined ? {} : { retryAt }) }];
    });
    const status = circuits.some(([, { state }]) => down.has(state)) ? 'down' : 'up';
    return { [key]: { status, circuits: Object.fromEntries(circuits) } };
  }

  /** Stops watching; for Nest. */
  onApplicationShutdown(): void {
    this._watching.unsubscribe();
  }
}

// Written out, so that the package needs no compiler of decorators.
Injectable()(CircuitBreakerHealthIndicator);
Inject(CircuitBreakerRegistry)(CircuitBreakerHealthIndicator, undefined, 0);

function resolveOptions(options: CircuitBreakerHealthOptions): {
  readonly down: ReadonlySet<State>;
  readonly only: (name: string) => boolean;
} {
  const what = 'CircuitBreakerHealthIndicator';
  checkOptions(what, options, ['down', 'only']);
  const { down = [], only = () => true } = options;
  checkFunction(`${what}: only`, only);
  if (!Array.isArray(down)) throw wrongType(`${what}: down`, 'an array of states', down);
  for (const state of down as readonly State[]) {
    if (!STATES.includes(state)) throw wrongType(`${what}: each of down`, `one of ${STATES.join(', ')}`, state);
    if (state === 'half_open') {
      throw new TypeError(`${what}: down must not hold half_open: without traffic no probe would close the circuit`);
    }
  }
  return { down: new Set(down as readonly State[]), only };
}
