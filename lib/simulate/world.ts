import type { SchedulerLike } from 'rxjs';
import type { CircuitBreakerOptions } from '../breaker/options.ts';
import type { Classifier } from '../types/outcome.ts';
import type { State } from '../types/state.ts';
import { checkCount, checkFunction, checkOptions, wrongType } from '../util/check.ts';
import { checkSpans, type Span } from './traffic.ts';

/**
 * What a contender that is a function is given.
 *
 * @example
 * ```ts
 * import { retryIf, type CircuitBreakerOptions } from 'rxjs-fluxgate';
 * import type { Outside } from 'rxjs-fluxgate/simulate';
 *
 * const healthChecked = (outside: Outside): CircuitBreakerOptions => ({ retry: retryIf(() => outside.healthy()) });
 * console.log(typeof healthChecked); // => function
 * ```
 *
 * @see {@link Contender}
 */
export interface Outside {
  /** The virtual scheduler of the simulation. */
  readonly scheduler: SchedulerLike;
  /** Whether the dependency is well now, which means that no outage lasts: for a health check. */
  healthy: () => boolean;
}

/**
 * A configuration to try: options of a breaker, or a function that makes them and may ask whether the dependency is well.
 *
 * @example
 * ```ts
 * import { retryIf } from 'rxjs-fluxgate';
 * import { scripted, simulate, type Contender } from 'rxjs-fluxgate/simulate';
 *
 * const healthChecked: Contender = ({ healthy }) => ({ retry: retryIf(() => healthy()) });
 * const outage = scripted([{ duration: 30_000, rate: 10 }, { duration: 60_000, failureRate: 1 }, { duration: 30_000, failureRate: 0 }]);
 * console.log(simulate(outage, healthChecked).outages[0]?.reopens); // => 0
 * ```
 *
 * @see {@link simulate}
 */
export type Contender = CircuitBreakerOptions | ((outside: Outside) => CircuitBreakerOptions);

/**
 * What surrounds the breaker in a simulation; all optional.
 *
 * @example
 * ```ts
 * import { scripted, simulate, type World } from 'rxjs-fluxgate/simulate';
 *
 * const world: World = { timeout: 1_000, slowAfter: 500, instances: 4 };
 * const slow = scripted([{ duration: 60_000, rate: 20, latency: 800, outage: true }]);
 * console.log(simulate(slow, {}, world).met); // => 1200
 * ```
 *
 * @see {@link simulate}
 */
export interface World {
  /** After how many ms callers give up, or that by the state at admission. Default never. */
  readonly timeout?: number | ((state: State) => number) | undefined;
  /** From how many ms an answer is bad. Default never. */
  readonly slowAfter?: number | undefined;
  /** Which statuses are bad. Default 0 (no answer), 429 and from 500. */
  readonly failed?: ((status: number) => boolean) | undefined;
  /** The error that a bad status is for the breaker. Default an `Error` with `status`. A call that is given up ends with RxJS's `TimeoutError`. */
  readonly errorOf?: ((status: number) => unknown) | undefined;
  /** For contenders that judge values: with it every answer is a value, then completion. */
  readonly classify?: Classifier<{ status: number }> | undefined;
  /** How many breakers take the calls in turn, a count. Default 1. */
  readonly instances?: number | undefined;
  /** The bad spells. Default those of the script, or found in the record. */
  readonly outages?: readonly Span[] | undefined;
  /** The source of all chance, in [0, 1). Default seeded, so that two runs are equal. */
  readonly random?: (() => number) | undefined;
  /**
   * How often a call that failed or was given up is tried again, each time at once, a count. A call that is answered late is
   * answered, and one that the breaker rejects would be rejected again. Default 0.
   */
  readonly retries?: number | undefined;
  /** How many callers there are, each with one call at a time, from one queue, a count. Default one for each call. */
  readonly workers?: number | undefined;
  /** For how many ms a call waits for a worker before it is dropped, as let through and bad. Default any time. */
  readonly patience?: number | undefined;
  /**
   * On how many tries the dependency works at once, a count; the others wait there in one queue, and a recorded duration is
   * the time that it works on one. Default on all.
   */
  readonly slots?: number | undefined;
}

/** A world with its defaults. */
export interface ResolvedWorld {
  readonly timeout: (state: State) => number;
  readonly slowAfter: number;
  readonly failed: (status: number) => boolean;
  readonly errorOf: (status: number) => unknown;
  readonly classify: Classifier<{ status: number }> | undefined;
  readonly instances: number;
  readonly outages: readonly Span[] | undefined;
  readonly random: (() => number) | undefined;
  /** Undefined if neither callers nor the dependency react. */
  readonly reaction: Reaction | undefined;
}

/** How callers and the dependency react. */
export interface Reaction {
  readonly retries: number;
  readonly workers: number;
  readonly patience: number;
  readonly slots: number;
}

const NAMES = [
  'timeout',
  'slowAfter',
  'failed',
  'errorOf',
  'classify',
  'instances',
  'outages',
  'random',
  'retries',
  'workers',
  'patience',
  'slots',
];

/** Checks a world and fills in the defaults. */
export function resolveWorld(what: string, world: World, others: readonly string[] = []): ResolvedWorld {
  checkOptions(what, world, [...NAMES, ...others]);
  const { timeout = Infinity, slowAfter = Infinity, failed = isFailed, errorOf = toError, instances = 1 } = world;
  const { classify, outages, random } = world;
  checkMoment(`${what}: slowAfter`, slowAfter);
  checkFunction(`${what}: failed`, failed);
  checkFunction(`${what}: errorOf`, errorOf);
  if (classify !== undefined) checkFunction(`${what}: classify`, classify);
  if (random !== undefined) checkFunction(`${what}: random`, random);
  checkCount(`${what}: instances`, instances);
  return {
    timeout: resolveTimeout(`${what}: timeout`, timeout),
    slowAfter,
    failed,
    errorOf: errorOf === toError ? cached(toError) : errorOf,
    classify,
    instances,
    outages: outages === undefined ? undefined : checkSpans(`${what}: outages`, outages),
    random,
    reaction: resolveReaction(what, world),
  };
}

function resolveReaction(what: string, { retries = 0, workers, patience, slots }: World): Reaction | undefined {
  if (!Number.isSafeInteger(retries) || retries < 0) {
    if (typeof retries !== 'number') throw wrongType(`${what}: retries`, 'an integer of at least 0', retries);
    throw new RangeError(`${what}: retries must be an integer of at least 0, got ${String(retries)}`);
  }
  if (workers !== undefined) checkCount(`${what}: workers`, workers);
  if (slots !== undefined) checkCount(`${what}: slots`, slots);
  if (patience !== undefined) checkMoment(`${what}: patience`, patience);
  if (patience !== undefined && workers === undefined) {
    throw new RangeError(`${what}: patience needs workers: without them no call waits for one`);
  }
  if (retries === 0 && workers === undefined && slots === undefined) return undefined;
  return { retries, workers: workers ?? Infinity, patience: patience ?? Infinity, slots: slots ?? Infinity };
}

function resolveTimeout(what: string, timeout: number | ((state: State) => number)): (state: State) => number {
  if (typeof timeout !== 'function') {
    checkMoment(what, timeout);
    return () => timeout;
  }
  return (state) => {
    const answer = timeout(state);
    checkMoment(`${what} while ${state}`, answer);
    return answer;
  };
}

function checkMoment(what: string, value: unknown): void {
  if (typeof value !== 'number') throw wrongType(what, 'a number of ms above 0, or Infinity', value);
  if (!(value > 0)) throw new RangeError(`${what} must be a number of ms above 0, or Infinity, got ${String(value)}`);
}

function isFailed(status: number): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function toError(status: number): unknown {
  return Object.assign(new Error(status === 0 ? 'no answer' : `status ${String(status)}`), { status });
}

/** An error costs a stack trace, so one does for each status. */
function cached(make: (status: number) => unknown): (status: number) => unknown {
  const errors = new Map<number, unknown>();
  return (status) => {
    let error = errors.get(status);
    if (error === undefined) errors.set(status, (error = make(status)));
    return error;
  };
}
