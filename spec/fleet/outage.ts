// Twenty instances of a service and one outage in virtual time, each instance alone or all in a fleet.
import { Observable, Subject, type SchedulerLike } from 'rxjs';
import { joinFleet, memoryStore, type Fleet, type FleetStore } from '../../lib/fleet/index.ts';
import {
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureRate,
  isCallNotPermitted,
  minRequests,
  probes,
  type State,
  type TripperLike,
} from '../../lib/index.ts';
import { ManualScheduler } from '../support/manual-scheduler.ts';
import { seeded } from './traces/world.ts';

/** Of a report and its answer, in ms. */
export const LATENCY = 10;
export const OUTAGE = { from: 2_000, to: 11_500 };
const END = 30_000;

export interface OutageConfig {
  /** Undefined for instances that are alone. */
  readonly tripper?: TripperLike | undefined;
  readonly instances?: number;
  /** Calls a second of each instance, at random moments. */
  readonly rate: number;
  /** Its calls fail all the time, and those of the others never. */
  readonly badPod?: number;
  /** What happens to the engine, and when. */
  readonly engine?: { readonly at: number; readonly fault: 'freezes' | 'dies'; readonly until: number };
}

export interface InstanceReport {
  state: State;
  openedAt: number | undefined;
  admitted: number;
  rejected: number;
  probes: number;
  /** Rejections after the outage and everything that may follow it. */
  rejectedAtTheEnd: number;
}

/** Runs the outage; the same calls are made at the same moments in each run of the same rate. */
export function runOutage(config: OutageConfig): InstanceReport[] {
  const { instances = 20, rate, tripper, badPod, engine } = config;
  const scheduler = new ManualScheduler(1_000_000);
  const startedAt = scheduler.now();
  const elapsed = (): number => scheduler.now() - startedAt;
  const store = new BreakableStore(memoryStore({ latency: LATENCY, scheduler }), scheduler);
  const fleets: Fleet[] = [];
  const reports = Array.from({ length: instances }, (_, i) => {
    const random = seeded(i + 1);
    const report: InstanceReport = {
      state: 'closed',
      openedAt: undefined,
      admitted: 0,
      rejected: 0,
      probes: 0,
      rejectedAtTheEnd: 0,
    };
    const breaker = new CircuitBreaker({
      name: 'stock',
      tripper: minRequests(10).and(failureRate(0.5)),
      retry: cooldown(3_000),
      recovery: probes(3),
      listeners: [
        ({ newState }) => {
          report.state = newState;
          if (newState === 'open') report.openedAt ??= elapsed();
        },
      ],
      scheduler,
      random,
    });
    if (tripper) fleets.push(joinFleet(breaker, { store, tripper, id: `pod-${String(i)}`, scheduler, random }));
    const fails = (): boolean =>
      badPod === undefined ? elapsed() >= OUTAGE.from && elapsed() < OUTAGE.to : i === badPod;
    const arrivals = seeded(1_000 + i);
    const call = (): void => {
      makeCall(breaker, scheduler, fails, report);
      if (report.rejected > 0 && elapsed() > END - 5_000) report.rejectedAtTheEnd += Number(breaker.state === 'open');
      scheduler.schedule(call, (-Math.log(1 - arrivals()) * 1_000) / rate);
    };
    scheduler.schedule(call, (arrivals() * 1_000) / rate);
    return report;
  });
  if (engine) {
    scheduler.pass(engine.at);
    store.break(engine.fault);
    scheduler.pass(engine.until - engine.at);
    store.mend();
  }
  scheduler.pass(END - elapsed());
  for (const fleet of fleets) fleet.unsubscribe();
  return reports;
}

function makeCall(
  breaker: CircuitBreaker,
  scheduler: SchedulerLike,
  fails: () => boolean,
  report: InstanceReport,
): void {
  const source = new Subject<never>();
  const seen = { rejected: false };
  const guarded = source.pipe(circuitBreaker(breaker));
  guarded.subscribe({ error: (error: unknown) => (seen.rejected = isCallNotPermitted(error)) });
  if (seen.rejected) {
    report.rejected++;
    return;
  }
  report.admitted++;
  if (breaker.state === 'half_open') report.probes++;
  scheduler.schedule(() => (fails() ? source.error(new Error('down')) : source.complete()), 5);
}

/** An engine that errors, or holds every request until it is mended. */
class BreakableStore implements FleetStore {
  readonly changes$: FleetStore['changes$'];
  private readonly _store: FleetStore;
  private readonly _scheduler: SchedulerLike;
  private _fault: 'freezes' | 'dies' | undefined;
  private _held: (() => void)[] = [];

  constructor(store: FleetStore, scheduler: SchedulerLike) {
    this._store = store;
    this._scheduler = scheduler;
    this.changes$ = store.changes$;
  }

  sync: FleetStore['sync'] = (circuit, report, replacement) =>
    new Observable((subscriber) => {
      const ask = (): void => {
        (this._store.sync(circuit, report, replacement) as Observable<never>).subscribe(subscriber);
      };
      if (this._fault === 'freezes') this._held.push(ask);
      else if (this._fault === 'dies') subscriber.error(new Error('down'));
      else ask();
    });

  break(fault: 'freezes' | 'dies'): void {
    this._fault = fault;
  }

  mend(): void {
    this._fault = undefined;
    const held = this._held;
    this._held = [];
    for (const ask of held) this._scheduler.schedule(ask);
  }
}

export function sum(reports: readonly InstanceReport[], count: 'probes' | 'rejected' | 'admitted'): number {
  return reports.reduce((all, report) => all + report[count], 0);
}
