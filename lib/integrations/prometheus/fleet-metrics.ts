import type { FleetStatus } from '../../fleet/fleet-status.ts';
import type { Fleet } from '../../fleet/join-fleet.ts';
import { CollectedMetric, ownerOf, type MetricDescription } from './collected-metric.ts';
import type { MetricsRegister } from './register.ts';
import type { Sample } from './sample.ts';

type Read = (status: FleetStatus, fleet: Fleet) => number;

const METRICS: readonly (readonly [MetricDescription, Read])[] = [
  [
    ['circuit_breaker_fleet_linked', 'gauge', '1 if the engine of the fleet answered last, 0 if the circuit is alone.'],
    ({ linked }) => Number(linked),
  ],
  [['circuit_breaker_fleet_members', 'gauge', 'Members of the fleet at the last answer.'], ({ members }) => members],
  [['circuit_breaker_fleet_open_members', 'gauge', 'Members that had opened of their own accord.'], ({ open }) => open],
  [
    ['circuit_breaker_fleet_prober', 'gauge', '1 if this process probes for the fleet.'],
    ({ prober }, { id }) => Number(prober === id),
  ],
  [
    ['circuit_breaker_fleet_sync_errors_total', 'counter', 'Reports that the engine of the fleet did not answer.'],
    ({ circuit }, { _syncErrors: errors }) => errors.get(circuit) ?? 0,
  ],
];

/** The metrics in one register, of all fleets that are exposed there. */
export class FleetMetrics {
  private readonly _register: MetricsRegister;
  private readonly _fleets = new Map<Fleet, number>();
  private readonly _metrics: readonly CollectedMetric[];

  /** Returns the metrics of a register, made the first time. */
  static in(register: MetricsRegister): FleetMetrics {
    let ours: FleetMetrics | undefined;
    for (const [[name]] of METRICS) {
      const metric = register.getSingleMetric(name);
      if (!metric) continue;
      ours = ownerOf(metric) as FleetMetrics | undefined;
      if (!ours) {
        throw new TypeError(`exposeFleetMetrics: register has a metric ${name} already that is not of rxjs-fluxgate`);
      }
    }
    return ours ?? new FleetMetrics(register);
  }

  private constructor(register: MetricsRegister) {
    this._register = register;
    this._metrics = METRICS.map(([description, read]) => {
      // The errors are counted by the fleet, for everyone who reads them.
      const metric = new CollectedMetric(
        this,
        description,
        () => this._collect(read),
        () => undefined,
      );
      register.registerMetric(metric);
      return metric;
    });
  }

  /** Exposes a fleet until the returned function is called. */
  expose(fleet: Fleet): () => void {
    this._fleets.set(fleet, (this._fleets.get(fleet) ?? 0) + 1);
    return () => {
      const left = (this._fleets.get(fleet) ?? 0) - 1;
      if (left > 0) this._fleets.set(fleet, left);
      else this._fleets.delete(fleet);
      if (this._fleets.size === 0) this._remove();
    };
  }

  private _collect(read: Read): Sample[] {
    const values = new Map<string, number>();
    for (const fleet of this._fleets.keys()) {
      for (const status of fleet.status()) {
        values.set(status.circuit, (values.get(status.circuit) ?? 0) + read(status, fleet));
      }
    }
    return Array.from(values, ([name, value]) => ({ labels: { circuit_name: name }, value }));
  }

  private _remove(): void {
    for (const metric of this._metrics) {
      // Unless the user has cleared the register, and put something else there.
      if (this._register.getSingleMetric(metric.name) === metric) this._register.removeSingleMetric(metric.name);
    }
  }
}
