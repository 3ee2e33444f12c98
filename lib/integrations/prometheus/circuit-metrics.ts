import { Subscription } from 'rxjs';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import type { BreakerGroup } from '../../registry/breaker-group.ts';
import { tryOrReport, reportError } from '../../util/report-error.ts';
import { EventMetrics } from './event-metrics.ts';
import { addGauges } from './gauges.ts';
import { METRIC_NAMES, type Register } from './metrics.ts';

/** How a metric tells whose it is, also to another copy of the package that is given the same register. */
const OWNER = Symbol.for('rxjs-fluxgate/prometheus');

/** The metrics in one register, of everything that is exposed there. */
export class CircuitMetrics {
  readonly #register: Register;
  readonly #groups = new Set<BreakerGroup>();
  readonly #events: EventMetrics;
  readonly #metrics: ReadonlyMap<string, object | undefined>;

  /** Those of a register, made the first time. */
  static in(register: Register, buckets: readonly number[] | undefined): CircuitMetrics {
    let ours: CircuitMetrics | undefined;
    for (const [name, metric] of metricsIn(register)) {
      if (!metric) continue;
      ours = (metric as { [OWNER]?: CircuitMetrics })[OWNER];
      if (!ours) throw new TypeError(`exposeMetrics: register has a metric ${name} already, which is somebody else's`);
    }
    if (buckets) ours?.checkBuckets(buckets);
    return ours ?? new CircuitMetrics(register, buckets);
  }

  private constructor(register: Register, buckets: readonly number[] | undefined) {
    const breakers = (): Iterable<CircuitBreaker> => this.#breakers();
    this.#register = register;
    addGauges(register, breakers);
    this.#events = new EventMetrics(register, buckets, breakers);
    this.#metrics = metricsIn(register);
    for (const metric of this.#metrics.values()) Object.defineProperty(metric, OWNER, { value: this });
  }

  checkBuckets(buckets: readonly number[]): void {
    this.#events.checkBuckets(buckets);
  }

  *#breakers(): Iterable<CircuitBreaker> {
    for (const { breakers } of this.#groups) yield* breakers();
  }

  /** Exposes a group until it is unsubscribed, or ends. */
  expose(group: BreakerGroup): Subscription {
    const exposition = new Subscription(() => this.#remove(group));
    this.#groups.add(group);
    // What goes wrong in prom-client is reported and not thrown, for RxJS would rethrow it into the process.
    exposition.add(
      group.call$.subscribe({ next: (call) => tryOrReport(() => this.#events.call(call)), error: reportError }),
    );
    exposition.add(
      group.signal$.subscribe({
        next: (signal) => tryOrReport(() => this.#events.signal(signal)),
        error: reportError,
        complete: () => exposition.unsubscribe(),
      }),
    );
    return exposition;
  }

  #remove(group: BreakerGroup): void {
    // Its series go with the next scrape.
    this.#groups.delete(group);
    if (this.#groups.size > 0) return;
    for (const [name, metric] of this.#metrics) {
      // Unless the user has cleared the register, and put something else there.
      if (this.#register.getSingleMetric(name) === metric) this.#register.removeSingleMetric(name);
    }
  }
}

function metricsIn(register: Register): ReadonlyMap<string, object | undefined> {
  return new Map(METRIC_NAMES.map((name) => [name, register.getSingleMetric(name)]));
}
