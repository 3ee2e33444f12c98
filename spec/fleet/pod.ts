import { asyncScheduler, of, Subject, throwError, type Observable, type Observer } from 'rxjs';
import { joinFleet, openMembers, type Fleet, type FleetOptions, type FleetStore } from '../../lib/fleet/index.ts';
import {
  admitAll,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureStreak,
  probes,
  type CircuitBreakerOptions,
  type Signal,
  type State,
} from '../../lib/index.ts';

export { STATES } from '../../lib/integrations/testing/index.ts';

/**
 * A breaker called `stock` in a fleet that opens with one member, which leaves it after `until` ms. Its chance is always
 * 0.5: a period is 1_000 ms, the jitter 250 ms, the moment to close 1_000 ms.
 */
export class Pod {
  readonly breaker: CircuitBreaker;
  readonly fleet: Fleet;
  readonly signals: Signal[] = [];

  constructor(
    store: FleetStore,
    id: string,
    options: Partial<FleetOptions> = {},
    breakerOptions: CircuitBreakerOptions = {},
    until = 60_000,
  ) {
    this.breaker = new CircuitBreaker({
      name: 'stock',
      tripper: failureStreak(2),
      retry: cooldown(5_000),
      permit: admitAll(),
      recovery: probes(1),
      listeners: [(signal) => void this.signals.push(signal)],
      ...breakerOptions,
    });
    this.fleet = joinFleet(this.breaker, { store, id, tripper: openMembers(1), random: () => 0.5, ...options });
    at(until, () => this.fleet.unsubscribe());
  }

  /** The state, read without watching. */
  get state(): State {
    return this.breaker.state;
  }

  get details(): readonly string[] {
    return this.signals.map(({ detail }) => detail);
  }

  /** Makes calls that fail, or succeed, at once. */
  fail(calls = 1): void {
    for (let i = 0; i < calls; i++) this._call(throwError(() => new Error('down')));
  }

  succeed(calls = 1): void {
    for (let i = 0; i < calls; i++) this._call(of(1));
  }

  /** Makes a call that is in flight until the subject ends. */
  begin(): Observer<number> {
    const source = new Subject<number>();
    this._call(source);
    return source;
  }

  private _call(source$: Observable<number>): void {
    source$.pipe(circuitBreaker(this.breaker)).subscribe({ error: () => undefined });
  }
}

/** Does something at a moment of virtual time; what it throws fails the test, as it would not in a subscriber. */
export function at(ms: number, work: () => unknown): void {
  asyncScheduler.schedule(work, ms);
}
