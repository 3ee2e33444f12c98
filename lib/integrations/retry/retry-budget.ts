import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { checkAtLeast, checkDuration, checkFraction, checkOptions } from '../../util/check.ts';
import { SlidingCounts } from './sliding-counts.ts';

/**
 * A limit on the retries of many callers; shared by reference, as a breaker is.
 *
 * The names are Finagle's. An object of your own with these members, such as one that counts in Redis, works too.
 *
 * @example
 * ```ts
 * import { retryBudget, type RetryBudget } from 'rxjs-fluxgate/retry';
 *
 * const budget: RetryBudget = retryBudget({ ratio: 0.5, minPerSecond: 0 });
 * budget.deposit();
 * console.log(budget.tryWithdraw()); // => false
 * budget.deposit();
 * console.log(budget.balance, budget.tryWithdraw(), budget.tryWithdraw()); // => 1 true false
 * ```
 *
 * @see {@link retryBudget} for a ready one; {@link retryWithin} for the operator that spends from it
 */
export interface RetryBudget {
  /** The number of retries that could be made now, a whole number of at least 0. */
  readonly balance: number;
  /** Adds the credit of one call. */
  deposit(): void;
  /** Takes the credit of one retry and returns true; returns false, and takes nothing, if there is too little. */
  tryWithdraw(): boolean;
}

/**
 * Options of {@link retryBudget}; all have defaults.
 *
 * @example
 * ```ts
 * import { retryBudget, type RetryBudgetOptions } from 'rxjs-fluxgate/retry';
 *
 * const finagle: RetryBudgetOptions = { ratio: 0.2, minPerSecond: 10, window: 10_000 };
 * console.log(retryBudget(finagle).balance); // => 100
 * ```
 *
 * @see {@link retryBudget}
 */
export interface RetryBudgetOptions {
  /** How many retries each call pays for, from 0 to 1. Default 0.2: one retry for five calls. */
  readonly ratio?: number | undefined;
  /**
   * How many retries a second are free, at least 0, so that a client with few calls can retry at all. They may come
   * together: the first burst may hold `minPerSecond × window / 1000`. Default 1.
   */
  readonly minPerSecond?: number | undefined;
  /** For how long calls and retries count, in ms above 0. Default 10_000. */
  readonly window?: number | undefined;
  /** The source of time. Default `asyncScheduler`, which is virtual inside `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** Calls and retries are counted whole, so rounding never adds up; this covers the rounding of one multiplication. */
const TOLERANCE = 1e-9;

/** The parts of the window in which calls and retries are counted, and forgotten, together. */
const BUCKETS = 10;

class SlidingRetryBudget implements RetryBudget {
  private readonly _options: { ratio: number; minPerSecond: number; window: number };
  private readonly _counts: SlidingCounts;

  constructor(options: { ratio: number; minPerSecond: number; window: number }, scheduler: SchedulerLike) {
    this._options = options;
    this._counts = new SlidingCounts(options.window / BUCKETS, BUCKETS, scheduler);
  }

  get balance(): number {
    this._counts.moveOn();
    const { ratio, minPerSecond, window } = this._options;
    const { calls, retries } = this._counts;
    return Math.max(0, Math.floor((minPerSecond * window) / 1_000 + ratio * calls - retries + TOLERANCE));
  }

  deposit(): void {
    this._counts.addCall();
  }

  tryWithdraw(): boolean {
    if (this.balance < 1) return false;
    this._counts.addRetry();
    return true;
  }

  toString(): string {
    const { ratio, minPerSecond, window } = this._options;
    return `retryBudget({ ratio: ${String(ratio)}, minPerSecond: ${String(minPerSecond)}, window: ${String(window)} })`;
  }
}

/**
 * Makes a budget that keeps retries to a share of the calls: in each window, at most `ratio` of the calls in it and
 * `minPerSecond` a second on top.
 *
 * *Details.* A `count` limits the retries of one caller; when all callers fail, it multiplies the load on a dependency
 * that is failing already. A budget limits them over all callers that share it. It counts, it does not toss: of five
 * calls with a ratio of 0.2 exactly one is retried. Calls and retries are forgotten after `window` ms, by a tenth of it at
 * a time. A step back of the clock adds no credit and takes none.
 *
 * *Gotchas.* The budget is of one process: the free retries of a fleet are `minPerSecond` times its size.
 *
 * @throws TypeError or RangeError for a wrong option, or options that would never allow a retry
 * @example
 * ```ts
 * import { defer, throwError } from 'rxjs';
 * import { retryBudget, retryWithin } from 'rxjs-fluxgate/retry';
 *
 * // One budget for each dependency, given to every pipe that calls it.
 * const budget = retryBudget({ ratio: 0.2, minPerSecond: 0 });
 * let attempts = 0;
 * const request$ = defer(() => {
 *   attempts++;
 *   return throwError(() => new Error('503'));
 * });
 *
 * for (let call = 1; call <= 100; call++) {
 *   request$.pipe(retryWithin(budget, { count: 3 })).subscribe({ error: () => undefined });
 * }
 * setTimeout(() => console.log(attempts), 50); // => 120
 * ```
 *
 * @see {@link retryWithin} for the operator
 * @see Finagle's `RetryBudget` (https://finagle.github.io/blog/2016/02/08/retry-budgets/), whose defaults are 0.2, 10 a
 *   second and 10 s; gRPC's retry throttling (gRFC A6), which pays by successes; resilience4j#172, which asks for one
 */
export function retryBudget(options: RetryBudgetOptions = {}): RetryBudget {
  checkOptions('retryBudget', options, ['ratio', 'minPerSecond', 'window', 'scheduler']);
  const { ratio = 0.2, minPerSecond = 1, window = 10_000, scheduler = asyncScheduler } = options;
  checkFraction('retryBudget: ratio', ratio);
  checkAtLeast('retryBudget: minPerSecond', 0, minPerSecond);
  checkDuration('retryBudget: window', window);
  if (ratio === 0 && (minPerSecond * window) / 1_000 < 1) {
    throw new RangeError(
      'retryBudget: ratio must be above 0, or minPerSecond × window at least one retry: this budget would never allow one',
    );
  }
  return new SlidingRetryBudget({ ratio, minPerSecond, window }, scheduler);
}
