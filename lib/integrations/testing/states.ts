import type { State } from '../../types/state.ts';

/**
 * One letter for each state, for the marbles of `state$`.
 *
 * | letter | state |
 * | --- | --- |
 * | `c` | `closed` |
 * | `o` | `open` |
 * | `h` | `half_open` |
 * | `m` | `metrics_only` |
 * | `d` | `disabled` |
 * | `f` | `forced_open` |
 *
 * @example
 * ```ts
 * import assert from 'node:assert';
 * import { TestScheduler } from 'rxjs/testing';
 * import { CircuitBreaker, cooldown } from 'rxjs-fluxgate';
 * import { drive, STATES } from 'rxjs-fluxgate/testing';
 *
 * new TestScheduler(assert.deepStrictEqual).run(({ expectObservable }) => {
 *   const breaker = new CircuitBreaker({ retry: cooldown(1_000) });
 *   drive(breaker, '                           -O');
 *   expectObservable(breaker.state$, '^ 2s !').toBe('co 999ms h', STATES);
 * });
 * console.log(STATES.h); // => half_open
 * ```
 *
 * @see {@link drive}, whose commands are the same letters in capitals
 */
export const STATES = Object.freeze({
  c: 'closed',
  o: 'open',
  h: 'half_open',
  m: 'metrics_only',
  d: 'disabled',
  f: 'forced_open',
} as const satisfies Record<string, State>);
