import type { CircuitMetrics } from './circuit-metrics.ts';
import type { Sample } from './sample.ts';

/** The key under which a metric has its owner, also for another copy of the package that is given the same register. */
const OWNER = Symbol.for('rxjs-fluxgate/prometheus');

/** A metric as the client libraries register it: they call `get` at each scrape, and `reset` at `resetMetrics()`. */
export class CollectedMetric {
  /** Not readonly: for OpenMetrics the libraries take the `_total` from it. */
  name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** How the values of the processes of a cluster become one. */
  readonly aggregator = 'sum';
  readonly [OWNER]: CircuitMetrics;
  private readonly _collect: (name: string) => Sample[];
  private readonly _reset: () => void;

  constructor(
    owner: CircuitMetrics,
    [name, type, help]: MetricDescription,
    collect: (name: string) => Sample[],
    reset: () => void,
  ) {
    this[OWNER] = owner;
    this.name = name;
    this.type = type;
    this.help = help;
    this._collect = collect;
    this._reset = reset;
  }

  /** A promise, because the libraries call `then` on it. */
  get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({ name, help, type, aggregator, values: this._collect(name) });
  }

  reset(): void {
    this._reset();
  }
}

/** The name of a metric, its type, and its help. */
export type MetricDescription = readonly [name: string, type: CollectedMetric['type'], help: string];

/** Returns the owner of a metric; undefined if it is not of this package. */
export function ownerOf(metric: object): CircuitMetrics | undefined {
  return (metric as { [OWNER]?: CircuitMetrics })[OWNER];
}
