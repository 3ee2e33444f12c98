import {
  asyncScheduler,
  defer,
  from,
  mergeMap,
  NEVER,
  of,
  throwError,
  timer,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs';
import { checkAtLeast, checkOptions, wrongType } from '../../util/check.ts';
import { getFrame, parseAttempts, parsePhases } from './scripts.ts';

/**
 * Options of {@link outage} and {@link inTurn}; all have defaults.
 *
 * @example
 * ```ts
 * import { inTurn, type OutageOptions } from 'rxjs-fluxgate/testing';
 *
 * const options: OutageOptions<string> = {
 *   value: (attempt) => `pen ${attempt}`,
 *   latency: 0,
 *   words: { empty: () => [] },
 * };
 * const source$ = inTurn('ok empty ok', options);
 * for (let call = 1; call <= 3; call++) source$.subscribe((value) => console.log(value));
 * // => pen 1
 * // => pen 3
 * ```
 *
 * @see {@link outage}
 */
export interface OutageOptions<T> {
  /** What `ok` and `slow` emit, or a function of the attempt (the first is 1). Default the number of the attempt. */
  readonly value?: T | ((attempt: number) => T) | undefined;
  /** What `down` fails with, or a function of the attempt. Default an Error `HTTP 503` with the `status` 503. */
  readonly error?: unknown;
  /** How long `ok` and `down` take, in ms; 0 is synchronous. Default 1. */
  readonly latency?: number | undefined;
  /** How long `slow` takes, in ms. Default 1_000. */
  readonly slow?: number | undefined;
  /** Words of your own: a source, or a function of the attempt that returns one. They may replace the ready ones. */
  readonly words?: Readonly<Record<string, ObservableInput<T> | ((attempt: number) => ObservableInput<T>)>> | undefined;
  /** What times the script and the responses. Default `asyncScheduler`, which is virtual inside `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
}

type Respond<T> = (attempt: number) => Observable<T>;

/**
 * A dependency that behaves by a script: each subscription is a request. Made by {@link outage} and {@link inTurn}.
 *
 * @example
 * ```ts
 * import { inTurn, type ScriptedSource } from 'rxjs-fluxgate/testing';
 *
 * const source$: ScriptedSource<number> = inTurn('ok', { latency: 0 });
 * source$.subscribe();
 * source$.subscribe();
 * console.log(source$.attempts); // => 2
 * ```
 *
 * @see {@link outage}
 */
export interface ScriptedSource<T> extends Observable<T> {
  /** How often it has been subscribed. */
  readonly attempts: number;
}

function toSource<T>(respond: Respond<T>): ScriptedSource<T> {
  let attempts = 0;
  const source$ = defer(() => respond(++attempts));
  return Object.defineProperty(source$, 'attempts', { get: () => attempts }) as ScriptedSource<T>;
}

/**
 * A dependency that goes up and down by a timetable: how it behaves depends on when it is subscribed.
 *
 * | word | each request |
 * | --- | --- |
 * | `ok` | emits the value after `latency` and completes |
 * | `down` | fails after `latency` |
 * | `slow` | emits the value after `slow` and completes |
 * | `hang` | never responds |
 * | `flap` | fails and succeeds in turn |
 *
 * *Details.* A word lasts as many frames as it has letters, so that it lines up with other marbles, or as long as the
 * time right after it; dashes prolong it: `--ok--down--slow--ok`, `ok 1s down 30s ok`. Before the first word it is
 * `ok`; the last word lasts. The timetable begins when this function is called. A request keeps the behaviour with which
 * it began. No timer runs unless a request is under way.
 *
 * *Gotchas.* Outside of `TestScheduler.run` give it the scheduler; on a TestScheduler a frame is then 10 ms, as RxJS has it.
 *
 * @param script the timetable
 * @throws SyntaxError, TypeError or RangeError for a script, a word or an option that is wrong
 * @example
 * ```ts
 * import assert from 'node:assert';
 * import { TestScheduler } from 'rxjs/testing';
 * import { catchError, mergeMap, of } from 'rxjs';
 * import { CircuitBreaker, circuitBreaker, failureStreak, isCallNotPermitted } from 'rxjs-fluxgate';
 * import { outage, STATES } from 'rxjs-fluxgate/testing';
 *
 * new TestScheduler(assert.deepStrictEqual).run(({ hot, expectObservable }) => {
 *   const breaker = new CircuitBreaker({ tripper: failureStreak(2) });
 *   const stock$ = outage('  ok--down--------', { value: 'pen', latency: 0 });
 *   const calls$ = hot('     c---c-c-c-');
 *   const expected = '       p---d-d-r-';
 *   const states = '         c-----o---';
 *   const untilHere = '      ^---------!';
 *
 *   const page$ = calls$.pipe(
 *     mergeMap(() =>
 *       stock$.pipe(
 *         circuitBreaker(breaker),
 *         catchError((error: unknown) => of(isCallNotPermitted(error) ? 'rejected' : 'down')),
 *       ),
 *     ),
 *   );
 *   expectObservable(page$).toBe(expected, { p: 'pen', d: 'down', r: 'rejected' });
 *   expectObservable(breaker.state$, untilHere).toBe(states, STATES);
 * });
 * console.log('as expected'); // => as expected
 * ```
 *
 * @see {@link inTurn} for behaviour by attempt; {@link chaos} for faults in a real source
 */
export function outage(
  script: string,
  options?: OutageOptions<never> & { value?: undefined; words?: undefined },
): ScriptedSource<number>;
export function outage<T>(script: string, options: OutageOptions<T>): ScriptedSource<T>;
export function outage<T>(script: string, options: OutageOptions<T> = {}): ScriptedSource<T> {
  const { toResponse, scheduler } = prepare('outage', script, options);
  const phases = parsePhases('outage', script, getFrame(scheduler)).map(({ at, word }) => ({
    at,
    respond: toResponse(word),
  }));
  const up = toResponse('ok');
  const start = scheduler.now();
  return toSource((attempt) => {
    const elapsed = scheduler.now() - start;
    const phase = phases.filter(({ at }) => at <= elapsed).at(-1);
    return (phase?.respond ?? up)(attempt);
  });
}

/**
 * A dependency that behaves by attempt: the first request meets the first word of the script, and so on; the last word
 * holds for all that follow.
 *
 * The words are those of {@link outage}, separated by spaces; `down*3` stands for three of them.
 *
 * @param script the behaviour of each attempt
 * @throws SyntaxError, TypeError or RangeError for a script, a word or an option that is wrong
 * @example
 * ```ts
 * import { retry } from 'rxjs';
 * import { inTurn } from 'rxjs-fluxgate/testing';
 *
 * const source$ = inTurn('down*2 ok', { value: 'pen' });
 * source$.pipe(retry(2)).subscribe((value) => console.log(value, source$.attempts)); // => pen 3
 * ```
 *
 * @see {@link outage} for behaviour by time
 */
export function inTurn(
  script: string,
  options?: OutageOptions<never> & { value?: undefined; words?: undefined },
): ScriptedSource<number>;
export function inTurn<T>(script: string, options: OutageOptions<T>): ScriptedSource<T>;
export function inTurn<T>(script: string, options: OutageOptions<T> = {}): ScriptedSource<T> {
  const { toResponse } = prepare('inTurn', script, options);
  const responses = parseAttempts('inTurn', script).map(toResponse);
  const last = responses.at(-1);
  if (!last) throw new SyntaxError(`inTurn: the script must have at least one word, got ${JSON.stringify(script)}`);
  return toSource((attempt) => (responses[attempt - 1] ?? last)(attempt));
}

/** Checks what both take, and returns what a word stands for. */
function prepare<T>(
  what: string,
  script: unknown,
  options: OutageOptions<T>,
): { toResponse: (word: string) => Respond<T>; scheduler: SchedulerLike } {
  if (typeof script !== 'string') throw wrongType(`${what}: script`, 'a string', script);
  checkOptions(what, options, ['value', 'error', 'latency', 'slow', 'words', 'scheduler']);
  const { value, error, latency = 1, slow = 1_000, words = {}, scheduler = asyncScheduler } = options;
  checkAtLeast(`${what}: latency`, 0, latency);
  checkAtLeast(`${what}: slow`, 0, slow);

  const after = (delay: number, respond: Respond<T>): Respond<T> =>
    delay === 0 ? respond : (attempt) => timer(delay, scheduler).pipe(mergeMap(() => respond(attempt)));
  // Without a value T is number, as the overloads have it.
  const succeed: Respond<T> = (attempt) => of(resolve(value === undefined ? attempt : value, attempt) as T);
  const fail: Respond<T> = (attempt) =>
    throwError(() => resolve(error === undefined ? serviceUnavailable() : error, attempt));
  let flaps = 0;
  const ready: Record<string, Respond<T>> = {
    ok: after(latency, succeed),
    down: after(latency, fail),
    slow: after(slow, succeed),
    hang: () => NEVER,
    flap: after(latency, (attempt) => (flaps++ % 2 === 0 ? fail(attempt) : succeed(attempt))),
  };

  const toResponse = (word: string): Respond<T> => {
    if (Object.hasOwn(words, word)) {
      const own = words[word];
      return (attempt) => from(resolve(own, attempt) as ObservableInput<T>);
    }
    const respond = Object.hasOwn(ready, word) ? ready[word] : undefined;
    if (respond) return respond;
    const known = [...new Set([...Object.keys(ready), ...Object.keys(words)])].join(', ');
    throw new TypeError(`${what} got an unknown word ${JSON.stringify(word)}; it takes ${known}`);
  };
  return { toResponse, scheduler };
}

function resolve(value: unknown, attempt: number): unknown {
  return typeof value === 'function' ? (value as (attempt: number) => unknown)(attempt) : value;
}

function serviceUnavailable(): Error {
  return Object.assign(new Error('HTTP 503'), { status: 503 });
}
