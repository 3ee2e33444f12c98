import { asyncScheduler, isObservable, type SchedulerLike } from 'rxjs';
import { getLeaves } from '../breaker/get-leaves.ts';
import { Tripper, type TripperLike } from '../components/trippers/tripper.ts';
import { checkAtLeast, checkDuration, checkFunction, checkOptions, wrongType } from '../util/check.ts';
import { isOpenMembers, openMembers } from './open-members.ts';
import { checkLeaves } from './pooled-context.ts';
import { checkText, clip, MAX_ID } from './record.ts';
import type { FleetStore } from './store.ts';

/**
 * Options of {@link joinFleet}; all but the store have defaults. The members of one fleet should have the same.
 *
 * @example
 * ```ts
 * import { failureRate, minRequests } from 'rxjs-fluxgate';
 * import { memoryStore, openMembers, type FleetOptions } from 'rxjs-fluxgate/fleet';
 *
 * const options: FleetOptions = {
 *   store: memoryStore(),
 *   tripper: openMembers(0.5).or(failureRate(0.5).and(minRequests(50))),
 * };
 * console.log(String(options.tripper)); // => openMembers(0.5).or(failureRate(0.5).and(minRequests(50)))
 * ```
 *
 * @see {@link joinFleet}
 */
export interface FleetOptions {
  /** The engine that all members share. */
  readonly store: FleetStore;
  /**
   * When the fleet opens, over what all members report: counts and votes, but no streaks, durations and slow calls.
   * Default `openMembers(2).and(openMembers(0.5))`.
   */
  readonly tripper?: TripperLike | undefined;
  /** The span of the pooled counts, in ms, in ten slots; at least 10. Default 10_000. */
  readonly window?: number | undefined;
  /** The period of reports, in ms. Lease, vote and membership last three. Default 1_000. */
  readonly every?: number | undefined;
  /** How long the engine may take to answer, and the longest jitter of followers, in ms. Default 500. */
  readonly patience?: number | undefined;
  /** Members close within it, each at its own random moment, in ms; 0 is allowed. Default 2_000. */
  readonly spread?: number | undefined;
  /** What other members know this process by, at most 64 characters. Default random. */
  readonly id?: string | undefined;
  /** The source of all time. Default RxJS's `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The source of all chance, in [0, 1). Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The options with the defaults filled in. */
export interface FleetSettings {
  readonly store: FleetStore;
  readonly tripper: Tripper;
  /** 0 if the tripper asks for no counts. */
  readonly window: number;
  readonly every: number;
  readonly patience: number;
  readonly spread: number;
  readonly id: string;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** Ten slots of 1 ms. */
const SHORTEST_WINDOW = 10;

const NAMES = ['store', 'tripper', 'window', 'every', 'patience', 'spread', 'id', 'scheduler', 'random'];

/** Checks the options and fills in the defaults. */
export function resolveFleetOptions(options: FleetOptions): FleetSettings {
  checkOptions('joinFleet', options, NAMES);
  const {
    store,
    tripper: like = openMembers(2).and(openMembers(0.5)),
    window = 10_000,
    every = 1_000,
    patience = 500,
    spread = 2_000,
    scheduler = asyncScheduler,
    random = () => Math.random(),
  } = options;
  checkStore(store);
  checkAtLeast('joinFleet: window', SHORTEST_WINDOW, window);
  checkDuration('joinFleet: every', every);
  checkDuration('joinFleet: patience', patience);
  checkAtLeast('joinFleet: spread', 0, spread);
  checkFunction('joinFleet: random', random);
  checkScheduler(scheduler);
  const id = options.id ?? randomId(random);
  checkText('joinFleet: id', id, MAX_ID);
  if (id === '') throw new RangeError('joinFleet: id must not be empty');
  const tripper = Tripper.from(like);
  const leaves = getLeaves(tripper);
  checkLeaves(leaves);
  const counts = !leaves.every(isOpenMembers);
  return {
    store,
    tripper,
    window: counts ? window : 0,
    every,
    patience,
    spread,
    id: clip(id, MAX_ID),
    scheduler,
    random,
  };
}

function randomId(random: () => number): string {
  return Array.from({ length: 16 }, () => Math.floor(random() * 36).toString(36)).join('');
}

function checkStore(store: unknown): void {
  const { sync, changes$ } = (store ?? {}) as Partial<FleetStore>;
  if (typeof sync !== 'function' || !isObservable(changes$)) {
    throw wrongType('joinFleet: store', 'a FleetStore with sync() and changes$', store);
  }
}

function checkScheduler(scheduler: unknown): void {
  const { now, schedule } = (scheduler ?? {}) as Partial<SchedulerLike>;
  if (typeof now !== 'function' || typeof schedule !== 'function') {
    throw wrongType('joinFleet: scheduler', 'a SchedulerLike with now() and schedule()', scheduler);
  }
}
