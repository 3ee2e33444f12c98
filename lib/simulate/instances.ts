import { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import { reportError } from '../util/report-error.ts';
import type { Faults } from './faults.ts';
import type { InstanceSignal } from './observed.ts';
import { isWithin, type Prepared } from './prepare.ts';
import { seeded } from './seeded.ts';
import { superviseOptions } from './supervised-options.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';
import type { Settling, WatchedTripper } from './watched-tripper.ts';
import type { Contender } from './world.ts';

/** The breakers of a contender on a scheduler of their own, and what they signal. */
export class Instances {
  readonly scheduler: VirtualScheduler;
  readonly breakers: CircuitBreaker[] = [];
  readonly trippers: WatchedTripper[] = [];
  readonly signals: InstanceSignal[] = [];
  readonly faults: Faults = { first: undefined };
  readonly settling: Settling = { outage: -1 };
  private readonly _prepared: Prepared;

  constructor(prepared: Prepared, contender: Contender) {
    this._prepared = prepared;
    this.scheduler = new VirtualScheduler(prepared.from);
    for (let instance = 0; instance < prepared.world.instances; instance++) this._add(instance, contender);
  }

  /** What a component has thrown is an error of the simulation, with the time of the call; -1 stands for a timer. */
  toError(error: unknown, call: number): Error {
    const { what, error: cause } = this.faults.first ?? { what: 'a component', error };
    const message = cause instanceof Error ? cause.message : String(cause);
    const where =
      call < 0
        ? `a timer at ${String(this.scheduler.now())} ms`
        : `call ${String(call + 1)}, at ${String(this._prepared.traffic.at[call])} ms`;
    return new Error(`simulate: ${what} of the contender threw, for ${where}: ${message}`, { cause });
  }

  private _add(instance: number, contender: Contender): void {
    // A seed for each, so that an instance does what it would do alone.
    const random = this._prepared.world.random ?? seeded(1);
    const given = this._optionsOf(contender);
    const { options, tripper } = superviseOptions(given, this.scheduler, random, this.settling, this.faults);
    const breaker = new CircuitBreaker(options);
    // While it is watched, an open circuit goes half-open on time.
    breaker.signal$.subscribe({
      next: (signal) => this.signals.push({ instance, signal }),
      error: reportError,
    });
    this.breakers.push(breaker);
    this.trippers.push(tripper);
  }

  private _optionsOf(contender: Contender): CircuitBreakerOptions {
    if (typeof contender !== 'function') return contender;
    const { outages } = this._prepared;
    const scheduler = this.scheduler;
    const healthy = (): boolean => {
      const now = scheduler.now();
      return !outages.some((outage) => isWithin(outage, now));
    };
    return contender({ scheduler, healthy });
  }
}
