// Groups of joined calls that use one circuit after an outage, attempt after attempt.
import {
  catchError,
  concat,
  defer,
  ignoreElements,
  mergeMap,
  NEVER,
  Observable,
  observeOn,
  of,
  retry,
  throwError,
  timeout,
  timer,
  type VirtualTimeScheduler,
} from 'rxjs';
import type { State } from '../../lib/index.ts';
import { joined, type Guard } from './callers.ts';
import { TRACKED, type Config, type Join, type PermitConfig, type RecoveryConfig } from './config.ts';

/** The model, or the breaker under test. */
export interface Circuit {
  readonly state: State;
  readonly inFlight: number;
  readonly guard: Guard;
  readonly timers: VirtualTimeScheduler;
  command(name: 'trip'): void;
  advance(ms: number): void;
}

/** How a group is wired: joined, or one call of it inside of another. */
export type Wiring = Join | 'nested' | 'twice' | 'refresh';

/** What stands between each call and its join. */
export type Behind = 'nothing' | 'rethrow' | 'observeOn' | 'retry' | 'late';

export interface World {
  readonly wiring: Wiring;
  readonly behind: Behind;
  readonly size: number;
  readonly maxProbes: number;
  readonly permit: PermitConfig;
  readonly recovery: RecoveryConfig;
  readonly dependency: 'well' | 'dead' | 'half' | 'hangs';
  /** In ms; 0 is synchronous. */
  readonly latency: number;
  /** The `timeout` inside of the breaker, in ms. */
  readonly timeout: number | undefined;
  /** Ms between two attempts. */
  readonly every: number;
  readonly seed: number;
}

/** What a circuit has shown in a world. */
export interface Course {
  /** How many attempts were made until the circuit closed; undefined if it did not. */
  readonly closedAfter: number | undefined;
  /** How often it came to a verdict while half-open. */
  readonly verdicts: number;
  /** The most probes and the most subscribed sources at once. */
  readonly inFlight: number;
  readonly live: number;
}

/** The configuration of a world: it opens on command alone, for 5 s, then up to a minute. */
export function configOf({ maxProbes, permit, recovery, seed }: World): Config {
  return {
    window: { kind: 'count', size: 10 },
    tripper: { kind: 'failureStreak', count: 5 },
    untracked: 'ignored',
    retry: { kind: 'backoff', initial: 5_000, multiplier: 2, max: 60_000, jitter: 0 },
    permit,
    recovery,
    maxProbes,
    probeTimeout: 60_000,
    reaction: undefined,
    seed,
  };
}

/** Lets groups use the circuit for so many ms, from the end of its first wait on, or until it is closed. */
export function run(circuit: Circuit, world: World, duration: number, untilClosed = false): Course {
  const { timers } = circuit;
  let [live, mostLive, mostInFlight, verdicts, calls] = [0, 0, 0, 0, 0];
  let closedAfter: number | undefined;

  const answer$ = defer(() => {
    calls++;
    if (world.dependency === 'hangs') return NEVER;
    const dead = world.dependency === 'dead' || (world.dependency === 'half' && calls % 2 === 0);
    const end$ = dead ? throwError(() => TRACKED) : of('value');
    return world.latency === 0 ? end$ : timer(world.latency, timers).pipe(mergeMap(() => end$));
  });
  const source$ = new Observable<unknown>((subscriber) => {
    live++;
    mostLive = Math.max(mostLive, live);
    subscriber.add(() => live--);
    answer$.subscribe(subscriber);
  });
  const late = { with: () => throwError(() => TRACKED), scheduler: timers };
  const timed$ = world.timeout === undefined ? source$ : source$.pipe(timeout({ first: world.timeout, ...late }));
  const group$ = groupOf(circuit, world, timed$);

  circuit.command('trip');
  circuit.advance(5_000);
  let attempts = 0;
  for (let time = 0; time < duration; time += world.every) {
    attempts++;
    const before = circuit.state;
    group$.subscribe({ error: () => undefined });
    mostInFlight = Math.max(mostInFlight, circuit.inFlight);
    const wasHalfOpen = before === 'half_open' || circuit.state === 'half_open';
    circuit.advance(world.every);
    if (wasHalfOpen && circuit.state !== 'half_open') verdicts++;
    if (circuit.state === 'closed') closedAfter ??= attempts;
    if (untilClosed && closedAfter !== undefined) break;
  }
  return { closedAfter, verdicts, inFlight: mostInFlight, live: mostLive };
}

function groupOf(
  { guard, timers }: Circuit,
  { wiring, behind, size }: World,
  source$: Observable<unknown>,
): Observable<unknown> {
  const call$ = behindOf(behind, guard(source$, false), timers);
  switch (wiring) {
    case 'nested': {
      // Each call is the source of the next.
      let outer$ = call$;
      for (let depth = 1; depth < size; depth++) outer$ = behindOf(behind, guard(outer$, false), timers);
      return outer$;
    }
    case 'twice':
      return guard(call$, false);
    case 'refresh':
      return guard(concat(call$.pipe(ignoreElements()), source$), false);
    default:
      return joined(wiring, Array<Observable<unknown>>(size).fill(call$));
  }
}

function behindOf(behind: Behind, call$: Observable<unknown>, timers: VirtualTimeScheduler): Observable<unknown> {
  switch (behind) {
    case 'nothing':
      return call$;
    case 'rethrow':
      return call$.pipe(catchError((error: unknown) => throwError(() => error)));
    case 'observeOn':
      return call$.pipe(observeOn(timers, 0.5));
    case 'retry':
      return call$.pipe(retry(1));
    case 'late':
      return call$.pipe(
        catchError((error: unknown) => timer(40, timers).pipe(mergeMap(() => throwError(() => error)))),
      );
  }
}
