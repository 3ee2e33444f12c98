import type { CircuitBreaker } from '../../../breaker/circuit-breaker.ts';
import type { CallEvent } from '../../../types/call-event.ts';
import type { Row, Sample } from './messages.ts';

/** A breaker under the key that the page knows it by, and its recent past. */
export class Circuit {
  readonly key: string;
  readonly breaker: CircuitBreaker;
  /** Why it is in its state. */
  detail = '';
  /** In the order of time. */
  #samples: Sample[] = [];
  #calls = 0;
  #failures = 0;
  #rejected = 0;
  #duration = 0;
  #longest = 0;
  /** What was last told of it. */
  #told = '';

  constructor(key: string, breaker: CircuitBreaker) {
    this.key = key;
    this.breaker = breaker;
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  count({ type, duration }: CallEvent): void {
    if (type === 'rejected') {
      this.#rejected++;
      return;
    }
    this.#calls++;
    if (type === 'failure') this.#failures++;
    this.#duration += duration;
    this.#longest = Math.max(this.#longest, duration);
  }

  /** Ends an interval; undefined if nothing happened in it. What ended at `horizon` or before is forgotten. */
  sample(now: number, horizon: number): Sample | undefined {
    // The clock has been set back: they would be of the future, and never grow old.
    if (now < (this.#samples.at(-1)?.[0] ?? now)) this.#samples = [];
    // The last one before the horizon stays, because it says the state that the circuit comes from.
    while ((this.#samples[1]?.[0] ?? Infinity) <= horizon) this.#samples.shift();
    const { state } = this.breaker;
    const calls = this.#calls;
    if (calls + this.#rejected === 0 && state === this.#samples.at(-1)?.[6]) return undefined;
    const latency = calls > 0 ? Math.round(this.#duration / calls) : null;
    const longest = calls > 0 ? Math.round(this.#longest) : null;
    const sample: Sample = [now, calls, this.#failures, this.#rejected, latency, longest, state];
    this.#samples.push(sample);
    this.#calls = this.#failures = this.#rejected = this.#duration = this.#longest = 0;
    return sample;
  }

  row(): Row {
    const { state, changedAt, retryAt, reopens, metric, inFlight, rejected } = this.breaker.info();
    const { totalCount, failureCount, avgDuration } = metric;
    return {
      key: this.key,
      state,
      since: changedAt,
      retryAt: retryAt ?? null,
      detail: this.detail,
      reopens,
      calls: totalCount,
      failures: failureCount,
      latency: avgDuration === undefined ? null : Math.round(avgDuration),
      inFlight,
      rejected,
    };
  }

  /** The row, if it is another than was last told. */
  news(): Row[] {
    const told = this.#told;
    const row = this.tell();
    return this.#told === told ? [] : [row];
  }

  /** The row, which is told from now on. */
  tell(): Row {
    const row = this.row();
    this.#told = JSON.stringify(row);
    return row;
  }
}
