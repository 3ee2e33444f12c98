import type { BreakerSnapshot } from '../types/breaker-snapshot.ts';
import type { State } from '../types/state.ts';
import { STATES } from '../types/states.ts';
import { wrongType } from '../util/check.ts';
import type { Circuit } from './circuit.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { toFrozenMetric } from './copied-metric.ts';
import { MAX_DETAIL } from './max-detail.ts';
import { makeState } from './states/make-state.ts';

/**
 * Makes a new breaker go on from a snapshot, without a signal: in its state, with its reopens and the rest of its wait.
 *
 * Time that has passed since the snapshot counts. An open circuit whose wait is unknown, because its retry was a notifier,
 * asks its own retry.
 *
 * @param breaker a breaker that has not admitted a call or changed its state
 * @param snapshot what {@link snapshotOf} returned, perhaps through JSON
 * @throws TypeError or RangeError if the snapshot is of another version or malformed, or the breaker is in use
 * @example
 * ```ts
 * import { CircuitBreaker, restore, snapshotOf } from 'rxjs-fluxgate';
 *
 * const old = new CircuitBreaker();
 * old.forceOpen('maintenance');
 *
 * const next = new CircuitBreaker();
 * restore(next, snapshotOf(old));
 * console.log(next.state); // => forced_open
 * ```
 *
 * @see {@link snapshotOf}
 */
export function restore({ _circuit: circuit }: CircuitBreaker, snapshot: BreakerSnapshot): void {
  const { state, takenAt, age, reopens, wait, detail } = check(snapshot);
  const { clock, recorder, state: from } = circuit;
  checkNew(circuit);
  if (state === 'closed') return;
  const now = clock.now();
  const passed = Math.max(0, clock.toSchedulerTime(now) - takenAt);
  const next = makeState(state, circuit, now - age - passed, () =>
    wait === null
      ? circuit.askRetry(now, reopens, undefined, toFrozenMetric(recorder.getMetric(now)))
      : circuit.makeTimer(Math.max(0, wait - passed), now),
  );
  // The retry or the clock has given a command, which is the later word, or has made a call.
  if (circuit.state !== from || from.hasAdmitted) {
    circuit.discard(next);
    return checkNew(circuit);
  }
  circuit.state = next;
  circuit.reopens = reopens;
  circuit.detail = detail;
  circuit.start(next);
}

function checkNew({ state, lastSignal, detail, options }: Circuit): void {
  if (state.name === 'closed' && !state.hasAdmitted && !lastSignal && !detail) return;
  throw new TypeError(`restore: the breaker must be new, but ${options.name} has admitted a call or changed its state`);
}

/** A copy of a snapshot that may come from anywhere: its members are read once each, and never as names of anything. */
function check(snapshot: unknown): Omit<BreakerSnapshot, 'version' | 'name'> {
  if (typeof snapshot !== 'object' || snapshot === null) throw wrongType('restore: snapshot', 'an object', snapshot);
  const { version, state, takenAt, changedAt, age, reopens, wait, detail } = snapshot as Record<string, unknown>;
  if (version !== 1) throw wrongType('restore: version of the snapshot', '1', version);
  if (!isState(state)) throw wrongType('restore: state', `one of ${STATES.join(', ')}`, state);
  checkTime('takenAt', takenAt, -Infinity);
  checkTime('changedAt', changedAt, -Infinity);
  checkTime('age', age, 0);
  checkTime('reopens', reopens, 0);
  if (!Number.isSafeInteger(reopens))
    throw new RangeError(`restore: reopens must be an integer, got ${String(reopens)}`);
  if (wait !== null) checkTime('wait', wait, 0);
  if (typeof detail !== 'string') throw wrongType('restore: detail', 'a text', detail);
  if (detail.length > MAX_DETAIL) {
    throw new RangeError(
      `restore: detail must have at most ${String(MAX_DETAIL)} characters, got ${String(detail.length)}`,
    );
  }
  return { state, takenAt, changedAt, age, reopens, wait, detail };
}

function isState(value: unknown): value is State {
  return STATES.some((known) => known === value);
}

/** Longer times would not add up to finite ones. */
const MAX_TIME = 2 ** 53;

function checkTime(name: string, value: unknown, min: number): asserts value is number {
  if (typeof value !== 'number') throw wrongType(`restore: ${name}`, 'a number', value);
  if (!(Number.isFinite(value) && value >= min)) {
    throw new RangeError(
      `restore: ${name} must be a finite number${min === 0 ? ' of at least 0' : ''}, got ${String(value)}`,
    );
  }
  if (Math.abs(value) > MAX_TIME)
    throw new RangeError(`restore: ${name} must be 2 ** 53 at most, got ${String(value)}`);
}
