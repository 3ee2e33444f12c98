// A fleet in virtual time, with everything that can happen to it as plain data.
import { ok } from 'node:assert';
import { Subject, type Subscription } from 'rxjs';
import { joinFleet, openMembers, type Fleet } from '../../../lib/fleet/index.ts';
import {
  admitAll,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureRate,
  failureStreak,
  isCallNotPermitted,
  minRequests,
  probes,
  type State,
  type Tripper,
} from '../../../lib/index.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { FaultyEngine, type EngineState } from './faulty-engine.ts';

export const EVERY = 1_000;
export const PATIENCE = 200;
export const SPREAD = 500;

export type CommandName = 'reset' | 'trip' | 'halfOpen' | 'forceOpen' | 'disable' | 'metricsOnly';

export interface Config {
  readonly members: number;
  readonly tripper: 'one' | 'half' | 'default' | 'pooled';
  readonly cooldown: number;
  readonly probes: number;
  readonly maxProbes: number;
  readonly seed: number;
}

export type Step =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'call'; readonly member: number; readonly duration: number }
  | { readonly kind: 'calls'; readonly each: number }
  | { readonly kind: 'backend'; readonly well: boolean }
  | { readonly kind: 'pod'; readonly member: number; readonly well: boolean }
  | { readonly kind: 'command'; readonly member: number; readonly name: CommandName }
  | { readonly kind: 'watch'; readonly member: number }
  | { readonly kind: 'unwatch'; readonly member: number }
  | { readonly kind: 'engine'; readonly state: EngineState }
  | { readonly kind: 'restart' }
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'messages'; readonly lost: boolean }
  | { readonly kind: 'cut'; readonly member: number; readonly cut: boolean }
  | { readonly kind: 'replace'; readonly member: number };

/** The same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class TestMember {
  readonly id: string;
  readonly breaker: CircuitBreaker;
  readonly fleet: Fleet;
  well = true;
  epoch = 0;
  watcher: Subscription | undefined;
  /** What it did of its own accord last, and the state that it had then. */
  readonly signals: { at: number; newState: State; reason: string }[] = [];

  constructor(world: World, id: string) {
    const { config, scheduler, engine } = world;
    this.id = id;
    const random = seeded(config.seed + Number(id));
    this.breaker = new CircuitBreaker({
      name: 'stock',
      tripper: failureStreak(2),
      retry: cooldown(config.cooldown, { jitter: 0.2 }),
      permit: admitAll(),
      recovery: probes(config.probes),
      maxProbes: config.maxProbes,
      probeTimeout: 2_000,
      listeners: [({ newState, reason }) => this.signals.push({ at: scheduler.now(), newState, reason })],
      scheduler,
      random,
    });
    this.fleet = joinFleet(this.breaker, {
      store: engine.storeFor(id),
      id,
      tripper: TRIPPERS[config.tripper](),
      window: 5_000,
      every: EVERY,
      patience: PATIENCE,
      spread: SPREAD,
      scheduler,
      random,
    });
  }
}

const TRIPPERS: Readonly<Record<Config['tripper'], () => Tripper>> = {
  one: () => openMembers(1),
  half: () => openMembers(0.5),
  default: () => openMembers(2).and(openMembers(0.5)),
  pooled: () => openMembers(0.5).or(failureRate(0.5).and(minRequests(4))),
};

export class World {
  readonly scheduler = new ManualScheduler(1_000_000);
  readonly engine = new FaultyEngine(this.scheduler);
  readonly config: Config;
  readonly members: TestMember[];
  well = true;
  private _made = 0;

  constructor(config: Config) {
    this.config = config;
    this.members = Array.from({ length: config.members }, () => this._make());
  }

  private _make(): TestMember {
    return new TestMember(this, String(++this._made));
  }

  member(index: number): TestMember {
    return this.members[index % this.members.length]!;
  }

  run(step: Step): void {
    switch (step.kind) {
      case 'pass':
        return this.scheduler.pass(step.ms);
      case 'call':
        return this.call(this.member(step.member), step.duration);
      case 'calls':
        for (const member of this.members) for (let i = 0; i < step.each; i++) this.call(member, 5);
        return;
      case 'backend':
        this.well = step.well;
        return;
      case 'pod':
        this.member(step.member).well = step.well;
        return;
      case 'command':
        return this.member(step.member).breaker[step.name]();
      case 'watch':
        this.member(step.member).watcher ??= this.member(step.member).breaker.signal$.subscribe();
        return;
      case 'unwatch':
        this.member(step.member).watcher?.unsubscribe();
        this.member(step.member).watcher = undefined;
        return;
      case 'engine':
        return this.engine.set(step.state);
      case 'restart':
        return this.engine.restartEmpty();
      case 'latency':
        this.engine.latency = step.ms;
        return;
      case 'messages':
        this.engine.losesMessages = step.lost;
        return;
      case 'cut':
        if (step.cut) this.engine.cut.add(this.member(step.member).id);
        else this.engine.cut.delete(this.member(step.member).id);
        return;
      case 'replace': {
        const index = step.member % this.members.length;
        const old = this.members[index]!;
        old.fleet.unsubscribe();
        old.breaker.dispose();
        this.members[index] = this._make();
      }
    }
  }

  /** Makes a call, which is admitted or rejected at once. */
  call(member: TestMember, duration: number): void {
    const source = new Subject<number>();
    const seen = { rejected: false };
    const subscription = source.pipe(circuitBreaker(member.breaker)).subscribe({
      error: (error: unknown) => {
        if (isCallNotPermitted(error)) seen.rejected = true;
      },
    });
    const subscribed = source.observed;
    ok(subscribed !== seen.rejected, 'I9: a call is admitted or rejected at once');
    if (!subscribed) return;
    const well = this.well && member.well;
    this.scheduler.schedule(() => {
      if (well) source.complete();
      else source.error(new Error('down'));
      subscription.unsubscribe();
    }, duration);
  }

  /** Ends all faults. */
  heal(): void {
    this.engine.cut.clear();
    this.engine.losesMessages = false;
    this.engine.latency = 10;
    this.engine.set('up');
  }

  dispose(): void {
    for (const { fleet, breaker } of this.members) {
      fleet.unsubscribe();
      breaker.dispose();
    }
  }
}
