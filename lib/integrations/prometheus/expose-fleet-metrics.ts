import { Subscription } from 'rxjs';
import { checkFleet } from '../../fleet/check-fleet.ts';
import type { Fleet } from '../../fleet/join-fleet.ts';
import { checkOptions } from '../../util/check.ts';
import { reportError } from '../../util/report-error.ts';
import { FleetMetrics } from './fleet-metrics.ts';
import type { MetricsClient, MetricsRegister } from './register.ts';
import { toRegister } from './to-register.ts';

/**
 * Options of {@link exposeFleetMetrics}; `client` or `register` is needed.
 *
 * @example
 * ```ts
 * import { Registry } from 'prom-client';
 * import type { ExposeFleetMetricsOptions } from 'rxjs-fluxgate/prometheus';
 *
 * const options: ExposeFleetMetricsOptions = { register: new Registry() };
 * console.log(Object.keys(options)); // => [ 'register' ]
 * ```
 *
 * @see {@link exposeFleetMetrics}
 */
export interface ExposeFleetMetricsOptions {
  /** The client library, `@prometheus-io/client` or `prom-client`, whose default registry the metrics go into. */
  readonly client?: MetricsClient | undefined;
  /** The registry that the metrics go into, instead of the default one of `client`. */
  readonly register?: MetricsRegister | undefined;
}

/**
 * Exposes how each circuit stands with its fleet to Prometheus: whether it is linked, how many members there are and how
 * many of them have opened, whether this process probes, and how many reports had no answer.
 *
 * @param fleet what `joinFleet` has returned
 * @param options the client library or its registry
 * @returns a subscription that removes the series when it is unsubscribed; closed once the fleet is left
 * @throws TypeError for bad arguments, or if the register has a metric of the same name of another origin
 * @example
 * ```ts
 * import { lastValueFrom } from 'rxjs';
 * import { Registry } from 'prom-client';
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { joinFleet, memoryStore } from 'rxjs-fluxgate/fleet';
 * import { exposeFleetMetrics } from 'rxjs-fluxgate/prometheus';
 *
 * const register = new Registry();
 * const fleet = joinFleet(new CircuitBreaker({ name: 'payments' }), { store: memoryStore() });
 * exposeFleetMetrics(fleet, { register });
 * await lastValueFrom(fleet.sync());
 *
 * const lines = (await register.metrics()).split('\n');
 * console.log(lines.find((line) => line.startsWith('circuit_breaker_fleet_members')));
 * // => circuit_breaker_fleet_members{circuit_name="payments"} 1
 * fleet.unsubscribe();
 * ```
 *
 * @see {@link exposeMetrics}
 */
export function exposeFleetMetrics(fleet: Fleet, options: ExposeFleetMetricsOptions): Subscription {
  checkFleet('exposeFleetMetrics: fleet', fleet);
  const given = (options as ExposeFleetMetricsOptions | undefined) ?? {};
  checkOptions('exposeFleetMetrics', given, ['client', 'register']);
  const exposition = new Subscription(FleetMetrics.in(toRegister('exposeFleetMetrics', given)).expose(fleet));
  exposition.add(fleet.status$.subscribe({ complete: () => exposition.unsubscribe(), error: reportError }));
  return exposition;
}
