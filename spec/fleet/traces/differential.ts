// I5: while the engine is silent a member does what a lone breaker does; and whatever the fleet did before, what one
// does that leaves it, from the moment at which it notices.
import fc from 'fast-check';
import { deepStrictEqual } from 'node:assert';
import {
  config as rxjsConfig,
  EMPTY,
  filter,
  from,
  NEVER,
  Observable,
  Subject,
  throwError,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { joinFleet, memoryStore, openMembers, type FleetStore } from '../../../lib/fleet/index.ts';
import {
  admitAll,
  backoff,
  byTripper,
  CircuitBreaker,
  circuitBreaker,
  cooldown,
  failureRate,
  failureStreak,
  halfOpened,
  isCallNotPermitted,
  minRequests,
  never,
  probes,
  rampUp,
  retryIf,
  timeWindow,
  type CircuitBreakerOptions,
} from '../../../lib/index.ts';
import { ManualScheduler } from '../../support/manual-scheduler.ts';
import { seeded, type CommandName } from './world.ts';

type Silence = 'hangs' | 'errors' | 'throws' | 'completes' | 'garbage' | 'after closed';

interface DifferentialConfig {
  readonly silence: Silence;
  readonly tripper: 'streak' | 'rate';
  readonly retry: 'cooldown' | 'backoff' | 'never' | 'notifier';
  readonly recovery: 'probes' | 'byTripper';
  readonly ramps: boolean;
  readonly maxProbes: number;
  readonly seed: number;
}

type DifferentialStep =
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'call'; readonly fails: boolean; readonly duration: number }
  | { readonly kind: 'command'; readonly name: CommandName }
  | { readonly kind: 'watch' }
  | { readonly kind: 'unwatch' };

const configs: fc.Arbitrary<DifferentialConfig> = fc.record({
  silence: fc.constantFrom('hangs', 'errors', 'throws', 'completes', 'garbage', 'after closed'),
  tripper: fc.constantFrom('streak', 'rate'),
  retry: fc.constantFrom('cooldown', 'cooldown', 'backoff', 'never', 'notifier'),
  recovery: fc.constantFrom('probes', 'byTripper'),
  ramps: fc.boolean(),
  maxProbes: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

const names: readonly CommandName[] = [
  'reset',
  'reset',
  'reset',
  'trip',
  'halfOpen',
  'forceOpen',
  'disable',
  'metricsOnly',
];
const steps: fc.Arbitrary<DifferentialStep[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<DifferentialStep>[]>(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 1_500 }) }) },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        fails: fc.boolean(),
        duration: fc.constantFrom(0, 5, 50, 700),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('command' as const), name: fc.constantFrom(...names) }) },
    { weight: 1, arbitrary: fc.constantFrom<DifferentialStep[]>({ kind: 'watch' }, { kind: 'unwatch' }) },
  ),
  { minLength: 30, maxLength: 60, size: 'max' },
);

function toOptions(config: DifferentialConfig, scheduler: SchedulerLike): CircuitBreakerOptions {
  const retries = {
    cooldown: cooldown(2_000, { jitter: 0.3 }),
    backoff: backoff({ initial: 500, max: 4_000, jitter: 0.5 }),
    never: never(),
    notifier: retryIf(() => true, { every: 900 }),
  };
  return {
    name: 'stock',
    window: timeWindow(3_000),
    tripper: config.tripper === 'streak' ? failureStreak(2) : failureRate(0.5).and(minRequests(3).or(halfOpened())),
    retry: retries[config.retry],
    permit: config.ramps ? rampUp({ initial: 0.3, final: 1, duration: 1_000 }) : admitAll(),
    recovery: config.recovery === 'probes' ? probes(2) : byTripper(),
    maxProbes: config.maxProbes,
    probeTimeout: 600,
    scheduler,
    random: seeded(config.seed),
  };
}

function toStore(silence: Silence, scheduler: SchedulerLike): FleetStore & { end(): void } {
  const memory = memoryStore({ scheduler });
  let ended = false;
  const sync: FleetStore['sync'] = (circuit, report, replacement) => {
    switch (silence) {
      case 'hangs':
        return NEVER;
      case 'errors':
        return throwError(() => new Error('down'));
      case 'throws':
        throw new Error('down');
      case 'completes':
        return EMPTY;
      case 'garbage':
        return new Observable((subscriber) => subscriber.next({ now: 'x' } as never));
      case 'after closed':
        return ended ? NEVER : memory.sync(circuit, report, replacement);
    }
  };
  return { sync, changes$: NEVER, end: () => (ended = true) };
}

/** Everything that a client, a watcher and a listener see of one breaker. */
function trace(config: DifferentialConfig, script: readonly DifferentialStep[], joins: boolean): readonly string[] {
  const scheduler = new ManualScheduler(1_000_000);
  const log: string[] = [];
  const note = (text: string): void => void log.push(`${String(scheduler.now())} ${text}`);
  const breaker = new CircuitBreaker({
    ...toOptions(config, scheduler),
    listeners: [
      ({ oldState, newState, reason, detail, retryAt }) =>
        note(`${oldState} ${newState} ${reason} ${detail} ${String(retryAt)}`),
    ],
  });
  const store = toStore(config.silence, scheduler);
  const options = { store, scheduler, random: seeded(config.seed + 1), every: 300, patience: 100, spread: 100 };
  const fleet = joins ? joinFleet(breaker, options) : undefined;
  scheduler.pass(1_000);
  store.end();
  scheduler.pass(2_000);
  let watcher: Subscription | undefined;
  for (const step of script) {
    if (step.kind === 'pass') scheduler.pass(step.ms);
    else if (step.kind === 'command') breaker[step.name]();
    else if (step.kind === 'watch') watcher ??= breaker.state$.subscribe((state) => note(`watched ${state}`));
    else if (step.kind === 'unwatch') {
      watcher?.unsubscribe();
      watcher = undefined;
    } else call(breaker, scheduler, step, note);
    const { state, inFlight, rejected, reopens, retryAt } = breaker.info();
    note(`${state} ${String(inFlight)} ${String(rejected)} ${String(reopens)} ${String(retryAt)}`);
  }
  fleet?.unsubscribe();
  breaker.dispose();
  return log;
}

function call(
  breaker: CircuitBreaker,
  scheduler: SchedulerLike,
  { fails, duration }: { fails: boolean; duration: number },
  note: (text: string) => void,
): void {
  const source = new Subject<never>();
  source.pipe(circuitBreaker(breaker)).subscribe({
    complete: () => note('completed'),
    error: (error: unknown) => note(isCallNotPermitted(error) ? 'rejected' : 'failed'),
  });
  scheduler.schedule(() => (fails ? source.error(new Error('down')) : source.complete()), duration);
}

/** Everything that is seen of a member of a fleet whose engine dies after so many steps, and that then leaves or stays. */
function traceDeath(
  config: DifferentialConfig,
  script: readonly DifferentialStep[],
  deathAfter: number,
  leaves: boolean,
): readonly string[] {
  const scheduler = new ManualScheduler(1_000_000);
  const log: string[] = [];
  const note = (text: string): void => void log.push(`${String(scheduler.now())} ${text}`);
  const breaker = new CircuitBreaker({
    ...toOptions(config, scheduler),
    listeners: [
      ({ oldState, newState, reason, retryAt }) => note(`${oldState} ${newState} ${reason} ${String(retryAt)}`),
    ],
  });
  const memory = memoryStore({ scheduler });
  let dead = false;
  const store: FleetStore = {
    changes$: memory.changes$.pipe(filter(() => !dead)),
    sync: (...report) =>
      new Observable((subscriber) => {
        if (dead) return subscriber.error(new Error('down'));
        return from(memory.sync(...report))
          .pipe(filter(() => !dead))
          .subscribe(subscriber);
      }),
  };
  const options = { store, scheduler, random: seeded(config.seed + 1), every: 300, patience: 100, spread: 100 };
  const fleet = joinFleet(breaker, { ...options, id: 'one', tripper: openMembers(1) });
  // Another with traffic of its own, that opens the fleet, probes for it and gives commands.
  const other = new CircuitBreaker({ ...toOptions({ ...config, seed: config.seed + 7 }, scheduler) });
  const others = joinFleet(other, {
    ...options,
    random: seeded(config.seed + 2),
    id: 'other',
    tripper: openMembers(1),
  });
  let watcher: Subscription | undefined;
  let noticed = false;
  const run = (step: DifferentialStep, i: number): void => {
    const who = i % 3 === 2 && !dead ? other : breaker;
    if (step.kind === 'pass') scheduler.pass(step.ms);
    else if (step.kind === 'command') who[step.name]();
    else if (step.kind === 'watch') watcher ??= breaker.state$.subscribe((state) => note(`watched ${state}`));
    else if (step.kind === 'unwatch') {
      watcher?.unsubscribe();
      watcher = undefined;
    } else call(who, scheduler, step, who === breaker ? note : () => undefined);
  };
  for (const [i, step] of script.entries()) {
    if (i === deathAfter) {
      dead = true;
      others.unsubscribe();
      other.dispose();
      // Until it has noticed: a period and what is in flight.
      while (fleet.status()[0]?.linked) scheduler.pass(10);
      const [status] = fleet.status();
      // What it was to do within the spread, it does; one that leaves does not.
      if (status?.state !== 'open' && breaker.state !== status?.state) return [];
      noticed = true;
      log.length = 0;
      if (leaves) fleet.unsubscribe();
    }
    run(step, i);
    if (!noticed) continue;
    const { state, inFlight, rejected, reopens, retryAt } = breaker.info();
    note(`${state} ${String(inFlight)} ${String(rejected)} ${String(reopens)} ${String(retryAt)}`);
  }
  fleet.unsubscribe();
  breaker.dispose();
  return log;
}

/** Throws the shortest script found in which it makes a difference whether a member leaves when the engine has died. */
export function runDeaths(numRuns: number, seed?: number): void {
  const { onUnhandledError } = rxjsConfig;
  rxjsConfig.onUnhandledError = () => undefined;
  try {
    let compared = 0;
    fc.assert(
      fc.property(configs, steps, fc.integer({ min: 5, max: 25 }), (config, script, deathAfter) => {
        const stays = traceDeath(config, script, deathAfter, false);
        if (stays.length > 0) compared++;
        deepStrictEqual(stays, traceDeath(config, script, deathAfter, true));
      }),
      { numRuns, ...(seed === undefined ? {} : { seed }) },
    );
    if (numRuns >= 100 && compared < numRuns / 2)
      throw new Error(`only ${String(compared)} of ${String(numRuns)} scripts could be compared`);
  } finally {
    rxjsConfig.onUnhandledError = onUnhandledError;
  }
}

/** Throws the shortest script found in which a member and a lone breaker look different. */
export function runDifferential(numRuns: number, seed?: number): void {
  const { onUnhandledError } = rxjsConfig;
  rxjsConfig.onUnhandledError = () => undefined;
  try {
    fc.assert(
      fc.property(configs, steps, (config, script) => {
        deepStrictEqual(trace(config, script, true), trace(config, script, false));
      }),
      { numRuns, ...(seed === undefined ? {} : { seed }) },
    );
  } finally {
    rxjsConfig.onUnhandledError = onUnhandledError;
  }
}
