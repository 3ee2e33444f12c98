// The breaker under test, with everything that can be seen of it written down.
import { Subject, TimeoutError, VirtualTimeScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import {
  circuitBreaker,
  CircuitBreaker,
  isCallNotPermitted,
  type Classifier,
  type Metric,
  type Outcome,
} from '../../lib/index.ts';
import { optionsOf, type Config } from './config.ts';

export type Verdict = Outcome | 'undecided';

export interface SubjectCall {
  readonly source: Subject<Verdict>;
  readonly subscription: Subscription;
  /** What came through. */
  readonly heard: unknown[];
}

const byVerdict: Classifier<Verdict> = (verdict) => (verdict === 'undecided' ? undefined : verdict);

/** The breaker under test. */
export class TestSubject {
  readonly breaker: CircuitBreaker;
  readonly signals: object[] = [];
  readonly events: object[] = [];
  readonly watchers: Subscription[] = [];
  readonly states: string[][] = [];
  readonly #timers = new VirtualTimeScheduler();
  #step = 0;

  constructor(config: Config) {
    const timers = this.#timers;
    // A clock that can be set without a timer noticing.
    const schedule: SchedulerLike['schedule'] = timers.schedule.bind(timers);
    const scheduler: SchedulerLike = { now: () => timers.now() + this.#step, schedule };
    const { reaction } = config;
    let left = reaction?.times ?? 0;
    this.breaker = new CircuitBreaker({
      ...optionsOf(config),
      scheduler,
      listeners: [
        ({ name: _name, detail: _detail, metric, cause, ...signal }) => {
          this.signals.push({ ...signal, cause: plain(cause), metric: countsOf(metric) });
        },
        ({ newState }) => {
          if (reaction?.to !== newState || left === 0) return;
          left--;
          this.breaker[reaction.command]();
        },
      ],
    });
    this.breaker.call$.subscribe({
      next: ({ name: _name, error, ...event }) => this.events.push({ ...event, error: plain(error) }),
      error: fail,
    });
  }

  info(): object {
    const { state, changedAt, reopens, inFlight, rejected, retryAt, metric } = this.breaker.info();
    return { state, changedAt, reopens, inFlight, rejected, retryAt, metric: countsOf(metric) };
  }

  pending(): number {
    return this.#timers.actions.length;
  }

  /** A subscription: the call, or what the rejection says. */
  subscribe(classified: boolean): SubjectCall | object {
    const source = new Subject<Verdict>();
    const heard: unknown[] = [];
    const rejection: { error?: unknown } = {};
    const config = classified ? { classify: byVerdict } : {};
    const subscription = source.pipe(circuitBreaker(this.breaker, config)).subscribe({
      next: (value) => heard.push(value),
      error: (error: unknown) => {
        heard.push(error);
        rejection.error = error;
      },
      complete: () => heard.push('complete'),
    });
    const { error } = rejection;
    if (!isCallNotPermitted(error)) return { source, subscription, heard };
    return { state: error.state, retryAfter: error.retryAfter, cause: plain(error.cause) };
  }

  watch(): void {
    const states: string[] = [];
    this.states.push(states);
    this.watchers.push(this.breaker.state$.subscribe({ next: (state) => states.push(state), error: fail }));
  }

  unwatch(): void {
    this.watchers.pop()?.unsubscribe();
    this.states.pop();
  }

  advance(ms: number): void {
    const end = this.#timers.frame + ms;
    this.#timers.maxFrames = end;
    this.#timers.flush();
    this.#timers.frame = end;
  }

  step(ms: number): void {
    this.#step += ms;
  }
}

/** The streams never err. */
function fail(error: unknown): never {
  throw error as Error;
}

function countsOf({ totalCount, failureCount, totalDuration, slowCounts }: Metric): object {
  return { totalCount, failureCount, totalDuration, slowCounts: new Map(slowCounts) };
}

/** Errors that the breaker makes, by name. */
function plain(error: unknown): unknown {
  if (error instanceof TimeoutError) return 'TimeoutError';
  return isCallNotPermitted(error) ? error.name : error;
}
