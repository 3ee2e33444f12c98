import { asyncScheduler, isObservable, Observable, type SchedulerLike } from 'rxjs';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import type { State } from '../../types/state.ts';
import { checkDuration, checkOptions, wrongType } from '../../util/check.ts';
import { HALF_OPEN_PAUSE } from './unless-rejected.ts';

/** The longest delay that timers keep; a longer one fires at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Options of {@link whenAvailable}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, cooldown } from 'rxjs-fluxgate';
 * import { whenAvailable, type WhenAvailableOptions } from 'rxjs-fluxgate/retry';
 *
 * const options: WhenAvailableOptions = { every: 1_000 };
 * const mail = new CircuitBreaker({ retry: cooldown(20) });
 * mail.trip();
 * whenAvailable(mail, options).subscribe((state) => console.log(state)); // => half_open
 * ```
 *
 * @see {@link whenAvailable}
 */
export interface WhenAvailableOptions {
  /** How soon a circuit found half-open may be tried, and tried again, in ms above 0. Default 100. */
  readonly every?: number | undefined;
  /** What the waits are scheduled on: the scheduler of the breaker. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Waits until calls may be tried: emits the state of the circuit once it admits calls, and completes.
 *
 * *Details.* A circuit that is closed, disabled or only measured emits at once. An open one emits when it goes half-open
 * or is closed. One that is found half-open emits `every` ms later, or as soon as it closes: its places for probes may
 * be taken, and a caller that was rejected there must not come back in the same tick. That keeps the stack flat and the
 * loop idle where `state$.pipe(filter((state) => state !== 'open'))` would recurse. When the breaker is disposed of, it
 * completes without a value.
 *
 * *Gotchas.* It reserves no place: of many that wait, the half-open circuit admits a few probes and rejects the rest,
 * which wait again. It keeps a Node process alive while the circuit names the time of its retry, not while it waits for
 * a command or a health check.
 *
 * @param breaker the breaker to wait for
 * @throws TypeError or RangeError for what is not a breaker, or a wrong option
 * @example
 * ```ts
 * import { concatMap, of, retry } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, cooldown } from 'rxjs-fluxgate';
 * import { unlessRejected, whenAvailable } from 'rxjs-fluxgate/retry';
 *
 * const mail = new CircuitBreaker({ name: 'mail', retry: cooldown(50) });
 * mail.trip();
 *
 * // A consumer that pauses while the circuit is open, and loses no job.
 * of('invoice', 'reminder')
 *   .pipe(
 *     concatMap((job) =>
 *       of(`${job} sent`).pipe(
 *         circuitBreaker(mail),
 *         retry({ delay: unlessRejected(1_000, { wait: whenAvailable(mail) }) }),
 *       ),
 *     ),
 *   )
 *   .subscribe((sent) => console.log(sent));
 * // => invoice sent
 * // => reminder sent
 * ```
 *
 * @see {@link unlessRejected}, which takes it as `wait`; `CircuitBreaker.state$` for all changes
 */
export function whenAvailable(breaker: CircuitBreaker, options: WhenAvailableOptions = {}): Observable<State> {
  if (!isObservable((breaker as Partial<CircuitBreaker> | null)?.state$))
    throw wrongType('whenAvailable: breaker', 'a CircuitBreaker', breaker);
  checkOptions('whenAvailable', options, ['every', 'scheduler']);
  const { every = HALF_OPEN_PAUSE, scheduler = asyncScheduler } = options;
  checkDuration('whenAvailable: every', every);

  return new Observable((subscriber) => {
    let timer: { unsubscribe(): void } | undefined;
    let found = true;
    const emit = (state: State): void => {
      subscriber.next(state);
      subscriber.complete();
    };
    const next = (state: State): void => {
      timer?.unsubscribe();
      timer = undefined;
      if (state === 'forced_open') return;
      if (state === 'open') timer = keepAlive(breaker, every, scheduler);
      else if (state === 'half_open' && found) timer = scheduler.schedule(() => emit(state), every);
      else emit(state);
    };
    subscriber.add(() => timer?.unsubscribe());
    subscriber.add(
      breaker.state$.subscribe({
        next,
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
    found = false;
  });
}

/** The breaker's own timers let a Node process exit; a timer beside them keeps it until the retry is due. */
function keepAlive(
  breaker: CircuitBreaker,
  every: number,
  scheduler: SchedulerLike,
): { unsubscribe(): void } | undefined {
  const { retryAt } = breaker.info();
  if (retryAt === undefined) return undefined;
  const delay = Math.min(Math.max(retryAt - scheduler.now(), 0), LONGEST_DELAY);
  return scheduler.schedule(function () {
    this.schedule(undefined, every);
  }, delay);
}
