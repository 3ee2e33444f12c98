// The breaker under test, with everything that can be seen of it written down.
import {
  config as rxjsConfig,
  map,
  Subject,
  takeUntil,
  TimeoutError,
  VirtualTimeScheduler,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import {
  circuitBreaker,
  CircuitBreaker,
  isCallNotPermitted,
  type Classifier,
  type Metric,
  type Signal,
  type State,
} from '../../lib/index.ts';
import type { Heard } from './audience.ts';
import { Callers, type Guard } from './callers.ts';
import type { CommandName, Config, Stream } from './config.ts';
import { FOREIGN } from './foreign-rejection.ts';
import { optionsOf } from './options.ts';

interface Watcher {
  readonly stop: Subject<void>;
  readonly name: string;
  readonly stream: Stream;
}

const classify: Classifier<unknown> = (value) =>
  value === 'success' || value === 'failure' || value === 'ignored' ? value : undefined;

/** The breaker under test. */
export class TestSubject {
  readonly breaker: CircuitBreaker;
  readonly callers: Callers;
  readonly config: Config;
  readonly log: Heard[] = [];
  readonly events: unknown[] = [];
  /** By number, the oldest first. */
  readonly watchers = new Map<number, Watcher>();
  disposed = false;
  readonly timers = new VirtualTimeScheduler();
  readonly guard: Guard = (source$, classified) =>
    source$.pipe(circuitBreaker(this.breaker, classified ? { classify } : {}));
  /** Those of the breaker alone. */
  readonly #actions = new Set<Subscription>();
  #step = 0;
  #reactions: number;
  #watched = 0;

  constructor(config: Config) {
    const timers = this.timers;
    // A clock that can be set without a timer noticing.
    const schedule = (...args: Parameters<SchedulerLike['schedule']>): Subscription => {
      const action = timers.schedule(...args);
      this.#actions.add(action);
      return action;
    };
    const scheduler = { now: () => timers.now() + this.#step, schedule };
    this.config = config;
    this.#reactions = config.reaction?.times ?? 0;
    this.breaker = new CircuitBreaker({
      ...optionsOf(config),
      scheduler,
      listeners: [
        (signal) => this.#hear('listener', this.#signal(signal)),
        ({ newState }) => this.#react('listener', newState),
      ],
    });
    this.callers = new Callers({ guard: this.guard, describe: describeRejection }, timers, (who, what) =>
      this.#hear(who, what),
    );
    this.breaker.call$.subscribe({
      next: ({ name: _name, error, ...event }) => this.events.push({ ...event, error: this.#plain(error) }),
      error: fail,
      complete: () => this.events.push('complete'),
    });
    rxjsConfig.onUnhandledError = (error: unknown) => this.#hear('reports', this.#plain(error));
  }

  get state(): State {
    return this.breaker.state;
  }

  get inFlight(): number {
    return this.breaker.info().inFlight;
  }

  info(): object {
    const { state, changedAt, reopens, inFlight, rejected, ignored, retryAt, metric, lastSignal } = this.breaker.info();
    const shown = { state, inFlight, rejected, ignored, retryAt };
    // What a disposed breaker shows of its past is not specified.
    if (this.disposed) return shown;
    return {
      ...shown,
      changedAt,
      reopens,
      metric: countsOf(metric),
      lastSignal: lastSignal && this.#signal(lastSignal),
    };
  }

  /** How many timers the breaker holds. */
  pending(): number {
    for (const action of this.#actions) {
      if (!(this.timers.actions as Subscription[]).includes(action)) this.#actions.delete(action);
    }
    // `retryIf` may hold one for its next check and one for its end.
    const waits = this.config.retry.kind === 'retryIf' && this.state === 'open';
    return waits ? Math.min(1, this.#actions.size) : this.#actions.size;
  }

  command(name: CommandName): void {
    this.breaker[name]();
  }

  watch(stream: Stream): void {
    const id = this.#watched++;
    const name = `${stream} ${String(id)}`;
    const watcher: Watcher = { stop: new Subject(), name, stream };
    this.watchers.set(id, watcher);
    const { signal$, state$ } = this.breaker;
    const states$ = stream === 'state$' ? state$ : signal$.pipe(map(({ newState }) => newState));
    states$.pipe(takeUntil(watcher.stop)).subscribe({
      next: (state) => {
        this.#hear(name, state);
        this.#react(stream, state);
      },
      error: fail,
      complete: () => {
        // Unless it has left itself.
        if (this.watchers.delete(id)) this.#hear(name, 'complete');
      },
    });
  }

  unwatch(id: number | undefined): void {
    if (id === undefined) return;
    const watcher = this.watchers.get(id);
    this.watchers.delete(id);
    watcher?.stop.next();
  }

  dispose(): void {
    this.disposed = true;
    this.breaker.dispose();
  }

  advance(ms: number): void {
    const end = this.timers.frame + ms;
    this.timers.maxFrames = end;
    this.timers.flush();
    this.timers.frame = end;
  }

  step(ms: number): void {
    this.#step += ms;
  }

  #hear(who: string, what: unknown): void {
    this.log.push({ who, what });
  }

  #signal({ name: _name, detail: _detail, metric, cause, ...signal }: Signal): object {
    return { ...signal, cause: this.#plain(cause), metric: countsOf(metric) };
  }

  /** Errors that the breaker makes, as plain data. */
  #plain(error: unknown): unknown {
    if (error instanceof TimeoutError) return 'TimeoutError';
    return error instanceof RangeError ? error.name : this.callers.plain(error);
  }

  #react(by: 'listener' | Stream, state: State): void {
    const { reaction } = this.config;
    if (reaction?.by !== by || reaction.to !== state || this.#reactions === 0) return;
    this.#reactions--;
    switch (reaction.deed) {
      case 'dispose':
        return this.dispose();
      case 'watch':
        return this.watch('state$');
      case 'unwatch':
        return this.unwatch([...this.watchers.keys()][0]);
      case 'subscribe':
        return this.callers.subscribe(reaction.client);
      case 'unsubscribe':
        return this.callers.unsubscribe(0);
      default:
        this.command(reaction.deed);
    }
  }
}

/** The streams never err. */
function fail(error: unknown): never {
  throw error as Error;
}

function countsOf({ totalCount, failureCount, totalDuration, slowCounts }: Metric): object {
  return { totalCount, failureCount, totalDuration, slowCounts: new Map(slowCounts) };
}

function describeRejection(error: unknown): object | undefined {
  if (!isCallNotPermitted(error) || error === FOREIGN) return undefined;
  const { state, retryAfter, cause } = error;
  return { state, retryAfter, cause: cause instanceof TimeoutError ? 'TimeoutError' : cause };
}
