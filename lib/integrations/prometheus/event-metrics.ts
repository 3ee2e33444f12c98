import { Counter, Histogram } from 'prom-client';
import type { CircuitBreaker } from '../../breaker/circuit-breaker.ts';
import type { CallEvent } from '../../types/call-event.ts';
import type { Signal } from '../../types/signal.ts';
import type { State } from '../../types/state.ts';
import { described, type Register } from './metrics.ts';
import { STATES } from '../../types/states.ts';

/** prom-client's default, said here so that a second exposition can be told what the first one chose. */
const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const OUTCOMES: readonly CallEvent['type'][] = ['success', 'failure', 'ignored', 'cancelled', 'rejected'];

/** The calls whose durations tell of the dependency: those that the breaker records. */
const TIMED: readonly CallEvent['type'][] = ['success', 'failure'];

/** The ways of a circuit that nobody commands; other series begin with their first transition. */
const WAYS: readonly (readonly [State, State])[] = [
  ['closed', 'open'],
  ['open', 'half_open'],
  ['half_open', 'open'],
  ['half_open', 'closed'],
];

/** Beyond so many names those of breakers that are gone are looked for, scraped or not. */
const MANY = 1_000;

/** The metrics that count what happens. */
export class EventMetrics {
  readonly #breakers: () => Iterable<CircuitBreaker>;
  readonly #buckets: readonly number[];
  readonly #transitions: Counter<'circuit_name' | 'old_state' | 'new_state'>;
  readonly #calls: Counter<'circuit_name' | 'outcome'>;
  readonly #durations: Histogram<'circuit_name' | 'outcome'>;
  /** The names that have series. */
  readonly #names = new Set<string>();
  #many = MANY;

  constructor(register: Register, buckets = DEFAULT_BUCKETS, breakers: () => Iterable<CircuitBreaker>) {
    this.#breakers = breakers;
    this.#buckets = [...buckets];
    const collect = (): void => this.#align();
    this.#transitions = new Counter({
      ...described(register, 'circuit_breaker_state_transition_total', 'old_state', 'new_state'),
      collect,
    });
    this.#calls = new Counter({ ...described(register, 'circuit_breaker_calls_total', 'outcome'), collect });
    this.#durations = new Histogram({
      ...described(register, 'circuit_breaker_call_duration_seconds', 'outcome'),
      buckets: [...buckets],
      collect,
    });
  }

  checkBuckets(buckets: readonly number[]): void {
    if (String(buckets) === String(this.#buckets)) return;
    throw new RangeError(
      `exposeMetrics: durationBuckets must be those that the register has already, [${this.#buckets.join(', ')}], ` +
        `got [${buckets.join(', ')}]`,
    );
  }

  signal({ name, oldState, newState }: Signal): void {
    this.#meet(name);
    this.#transitions.inc({ circuit_name: name, old_state: oldState, new_state: newState });
  }

  call({ name, type, duration }: CallEvent): void {
    this.#meet(name);
    this.#calls.inc({ circuit_name: name, outcome: type });
    if (TIMED.includes(type)) this.#durations.observe({ circuit_name: name, outcome: type }, duration / 1_000);
  }

  /** Begins the series of the breakers that there are, and removes those of the gone. */
  #align(): void {
    const present = new Set<string>();
    for (const { name } of this.#breakers()) present.add(name);
    for (const name of this.#names) if (!present.has(name)) this.#end(name);
    for (const name of present) this.#begin(name);
  }

  #meet(name: string): void {
    if (this.#names.has(name)) return;
    this.#begin(name);
    if (this.#names.size <= this.#many) return;
    this.#align();
    // So that it is done seldom, however many there are.
    this.#many = Math.max(MANY, 2 * this.#names.size);
  }

  /** At 0, for Prometheus sees no increase in a series that begins with 1. */
  #begin(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    for (const [from, to] of WAYS) this.#transitions.inc({ circuit_name: name, old_state: from, new_state: to }, 0);
    for (const outcome of OUTCOMES) this.#calls.inc({ circuit_name: name, outcome }, 0);
    for (const outcome of TIMED) this.#durations.zero({ circuit_name: name, outcome });
  }

  #end(name: string): void {
    this.#names.delete(name);
    for (const from of STATES) {
      for (const to of STATES) this.#transitions.remove({ circuit_name: name, old_state: from, new_state: to });
    }
    for (const outcome of OUTCOMES) this.#calls.remove({ circuit_name: name, outcome });
    for (const outcome of TIMED) this.#durations.remove({ circuit_name: name, outcome });
  }
}
