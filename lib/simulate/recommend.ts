import { asyncScheduler, Observable, Subscription } from 'rxjs';
import { checkOptions, wrongType } from '../util/check.ts';
import { Combinations, type Grid } from './grid.ts';
import { resolveLimits, type Limits } from './limits.ts';
import { prepare, type Prepared } from './prepare.ts';
import { Tries, type Recommendation } from './recommendation.ts';
import type { Run } from './observed.ts';
import type { Report } from './report.ts';
import { startRun } from './start-run.ts';
import { toReport } from './to-report.ts';
import type { Traffic } from './traffic.ts';
import { resolveWorld, type World } from './world.ts';

/** After so many ms of work timers may run. */
const SLICE = 10;

/** How many events of a simulation pass between two looks at the clock. */
const EVENTS = 500;

/** How many ms pass between two values at least. */
const PAUSE = 100;

/**
 * Tries each configuration of a grid on the traffic, and finds those that are best within limits: few bad calls let
 * through, few good ones lost.
 *
 * *Details.* Cold: each subscription is a search. It works in slices of about 10 ms, between which timers run, emits what it
 * has so far about ten times a second, and completes after the value with `done === total`. Unsubscribing stops it. Several
 * traffics count by the worst of each measure.
 *
 * *Gotchas.* A configuration that is best on one record may be so by chance: prefer one that is not `onTheEdge`, and try
 * several records.
 *
 * @param traffic one or several records or scripts
 * @param grid the configurations
 * @param world as for {@link simulate}, and `limits`
 * @throws TypeError or RangeError for an argument that is wrong; the Observable errors with what `build` throws, and as
 * {@link simulate} throws
 * @example
 * ```ts
 * import { cooldown, failureStreak } from 'rxjs-fluxgate';
 * import { recommend, scripted } from 'rxjs-fluxgate/simulate';
 * import { lastValueFrom } from 'rxjs';
 *
 * const traffic = scripted([
 *   { duration: 60_000, rate: 10, failureRate: 0.3 },
 *   { duration: 30_000, failureRate: 1 },
 *   { duration: 60_000, failureRate: 0.3 },
 * ]);
 * const { best } = await lastValueFrom(
 *   recommend(traffic, {
 *     parameters: { streak: [1, 2, 5, 20], wait: [1_000, 5_000] },
 *     build: ({ streak, wait }: { streak: number; wait: number }) => ({
 *       tripper: failureStreak(streak),
 *       retry: cooldown(wait),
 *     }),
 *   }),
 * );
 * console.log(best?.breaks.length, best?.reports.length); // => 0 1
 * ```
 *
 * @see {@link compare}, {@link page} for a document of the result
 */
export function recommend<P>(
  traffic: Traffic | readonly Traffic[],
  grid: Grid<P>,
  world: World & { readonly limits?: Limits | undefined } = {},
): Observable<Recommendation<P>> {
  const traffics: readonly Traffic[] = Array.isArray(traffic) ? traffic : [traffic as Traffic];
  if (traffics.length === 0) throw wrongType('recommend: traffic', 'a Traffic, or an array of at least one', traffic);
  checkOptions('recommend: grid', grid, ['parameters', 'build']);
  const combinations = new Combinations('recommend: grid', grid);
  const resolved = resolveWorld('recommend: world', world, ['limits']);
  const { limits: given = {} } = world;
  const limits = resolveLimits('recommend: limits', given);
  const prepared = traffics.map((one) => prepare(one, resolved));
  return new Observable((subscriber) => {
    const search = new Search(prepared, grid, combinations, limits);
    const work = new Subscription();
    let shownAt = asyncScheduler.now();
    const slice = (): void => {
      try {
        const begun = asyncScheduler.now();
        while (!search.isDone && !subscriber.closed && asyncScheduler.now() - begun < SLICE) search.goOn();
        const now = asyncScheduler.now();
        if (search.isDone || now - shownAt >= PAUSE) {
          shownAt = now;
          subscriber.next(search.recommendation);
        }
      } catch (error) {
        return subscriber.error(error);
      }
      if (search.isDone) subscriber.complete();
      else if (!subscriber.closed) next();
    };
    const next = (): void => {
      const action = asyncScheduler.schedule(() => {
        work.remove(action);
        slice();
      });
      work.add(action);
    };
    next();
    return work;
  });
}

/** One search, in steps. */
class Search<P> {
  private readonly _prepared: readonly Prepared[];
  private readonly _grid: Grid<P>;
  private readonly _combinations: Combinations<P>;
  private readonly _tries: Tries<P>;
  private _index = 0;
  /** The reports of the combination that is being tried. */
  private _reports: Report[] = [];
  private _run: Run | undefined;

  constructor(
    prepared: readonly Prepared[],
    grid: Grid<P>,
    combinations: Combinations<P>,
    limits: Readonly<Record<keyof Limits, number>>,
  ) {
    this._prepared = prepared;
    this._grid = grid;
    this._combinations = combinations;
    this._tries = new Tries(combinations, limits);
  }

  get isDone(): boolean {
    return this._index === this._combinations.total;
  }

  get recommendation(): Recommendation<P> {
    return this._tries.recommendation;
  }

  goOn(): void {
    const prepared = this._prepared[this._reports.length]!;
    this._run ??= startRun(prepared, this._grid.build(this._combinations.valuesOf(this._index)));
    if (!this._run.advance(EVENTS)) return;
    this._reports.push(
      toReport(prepared, this._run.observed, nameOf(this._combinations.valuesOf(this._index) as object)),
    );
    this._run = undefined;
    if (this._reports.length < this._prepared.length) return;
    this._tries.add(this._index++, this._reports);
    this._reports = [];
  }
}

/** The values of a combination as the name of its reports: `streak 5, wait 1000`. */
function nameOf(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
