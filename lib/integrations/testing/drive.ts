import { asyncScheduler, ReplaySubject, type Observable, type SchedulerLike } from 'rxjs';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import { isCallNotPermitted } from '../../errors/call-not-permitted-error.ts';
import { checkOptions, wrongType } from '../../util/check.ts';
import { getFrame, parseMarbles } from './scripts.ts';

/**
 * Options of {@link drive}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, errorWhere } from 'rxjs-fluxgate';
 * import { drive, type DriveOptions } from 'rxjs-fluxgate/testing';
 *
 * const options: DriveOptions = {
 *   error: { status: 503 },
 *   actions: { n: (breaker) => breaker.admit().error({ status: 404 }) },
 * };
 * const breaker = new CircuitBreaker({ tracker: errorWhere((error: any) => error.status >= 500) });
 * drive(breaker, 'fn|', options).outcome$.subscribe({
 *   complete: () => console.log(breaker.info().metric.totalCount), // => 1
 * });
 * ```
 *
 * @see {@link drive}
 */
export interface DriveOptions {
  /** What `f` fails with. Default an Error `down`. */
  readonly error?: unknown;
  /** Letters of your own; what an action returns is emitted unless it is undefined. They may replace the ready ones. */
  readonly actions?: Readonly<Record<string, (breaker: CircuitBreaker) => unknown>> | undefined;
  /** What times the script. Default `asyncScheduler`, which is virtual inside `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * A script under way, made by {@link drive}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from 'rxjs-fluxgate';
 * import { drive, type Drive } from 'rxjs-fluxgate/testing';
 *
 * const { outcome$ }: Drive = drive(new CircuitBreaker(), 's-F-s|');
 * outcome$.subscribe((outcome) => console.log(outcome));
 * // => s
 * // => x
 * ```
 *
 * @see {@link drive}
 */
export interface Drive {
  /** What came of each call, and what your own actions returned, as it comes; replayed. Completes at `|`. */
  readonly outcome$: Observable<unknown>;
}

/**
 * Makes calls and gives commands at the letters of a marble diagram, and emits what came of each call.
 *
 * | letter | does | emits |
 * | --- | --- | --- |
 * | `s` | a call that succeeds at once | `s`, or `x` if it is rejected |
 * | `f` | a call that fails at once | `f`, or `x` |
 * | `p` | a call that stays pending | `p`, or `x` |
 * | `C` | `reset()` | |
 * | `O` | `trip()` | |
 * | `H` | `halfOpen()` | |
 * | `M` | `metricsOnly()` | |
 * | `D` | `disable()` | |
 * | `F` | `forceOpen()` | |
 *
 * *Details.* The script is a marble diagram of `TestScheduler.run`: `-` is a frame, `(fff)` are calls at one moment,
 * ` 999ms ` passes time, and `|` completes `outcome$`. It runs from now on, whether `outcome$` is subscribed or not. An
 * error of an action, or of a callback in the breaker's options, is thrown where the scheduler runs.
 *
 * *Gotchas.* Outside of `TestScheduler.run` give it the scheduler; on a TestScheduler a frame is then 10 ms, as RxJS has it.
 *
 * @param breaker the breaker to drive
 * @param script what to do, and when
 * @throws SyntaxError or TypeError for a script, a letter or an option that is wrong
 * @example
 * ```ts
 * import assert from 'node:assert';
 * import { TestScheduler } from 'rxjs/testing';
 * import { CircuitBreaker, cooldown, failureStreak, probes } from 'rxjs-fluxgate';
 * import { drive, STATES } from 'rxjs-fluxgate/testing';
 *
 * new TestScheduler(assert.deepStrictEqual).run(({ expectObservable }) => {
 *   const script = '  -f-f-s- 10ms s-s';
 *   const calls = '   -f-f-x- 10ms s-s';
 *   const states = '  c--o 9ms h-----c';
 *   const untilHere = '^ 30ms !';
 *
 *   const breaker = new CircuitBreaker({ tripper: failureStreak(2), retry: cooldown(10), recovery: probes(2) });
 *   expectObservable(drive(breaker, script).outcome$).toBe(calls);
 *   expectObservable(breaker.state$, untilHere).toBe(states, STATES);
 * });
 * console.log('as expected'); // => as expected
 * ```
 *
 * @see {@link STATES} for the marbles of `state$`
 */
export function drive(breaker: CircuitBreaker, script: string, options: DriveOptions = {}): Drive {
  if (typeof (breaker as Partial<CircuitBreaker> | null)?.admit !== 'function')
    throw wrongType('drive: breaker', 'a CircuitBreaker', breaker);
  if (typeof script !== 'string') throw wrongType('drive: script', 'a string', script);
  checkOptions('drive', options, ['error', 'actions', 'scheduler']);
  const { error = new Error('down'), scheduler = asyncScheduler } = options;
  const actions: Record<string, (breaker: CircuitBreaker) => unknown> = {
    s: () => call('s', () => breaker.admit().complete()),
    f: () => call('f', () => breaker.admit().error(error)),
    p: () => call('p', () => breaker.admit()),
    C: () => breaker.reset(),
    O: () => breaker.trip(),
    H: () => breaker.halfOpen(),
    M: () => breaker.metricsOnly(),
    D: () => breaker.disable(),
    F: () => breaker.forceOpen(),
    ...options.actions,
  };

  const { steps, end } = parseMarbles('drive', script, getFrame(scheduler));
  for (const { word } of steps) {
    if (Object.hasOwn(actions, word)) continue;
    throw new TypeError(
      `drive got an unknown letter ${JSON.stringify(word)}; it takes ${Object.keys(actions).join(', ')}`,
    );
  }

  const outcomes = new ReplaySubject<unknown>(Infinity);
  for (const { at, word } of steps) {
    scheduler.schedule(() => {
      const outcome = actions[word]?.(breaker);
      if (outcome !== undefined) outcomes.next(outcome);
    }, at);
  }
  if (end !== undefined) scheduler.schedule(() => outcomes.complete(), end);
  return { outcome$: outcomes.asObservable() };
}

function call(letter: string, work: () => void): string {
  try {
    work();
    return letter;
  } catch (error) {
    if (isCallNotPermitted(error)) return 'x';
    throw error;
  }
}
