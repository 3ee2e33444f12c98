// The breaker under test, with everything that can be seen of it written down.
import {
  config as rxjsConfig,
  map,
  Observable,
  Subject,
  take,
  takeUntil,
  TimeoutError,
  VirtualTimeScheduler,
  type Observer,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import {
  circuitBreaker,
  CircuitBreaker,
  isCallNotPermitted,
  type Classifier,
  type Metric,
  type State,
} from '../../lib/index.ts';
import type { Heard } from './audience.ts';
import { TRACKED, UNTRACKED, type Client, type Config, type Said, type Stream } from './config.ts';
import { optionsOf } from './options.ts';

export interface SubjectCall {
  readonly source: Subject<Said>;
  readonly subscription: Subscription;
}

interface Watcher {
  readonly stop: Subject<void>;
  readonly name: string;
  readonly stream: Stream;
}

const classify: Classifier<Said> = (said) =>
  said === 'success' || said === 'failure' || said === 'ignored' ? said : undefined;

/** The breaker under test. */
export class TestSubject {
  readonly breaker: CircuitBreaker;
  readonly config: Config;
  readonly log: Heard[] = [];
  readonly events: unknown[] = [];
  readonly calls = new Map<number, SubjectCall>();
  /** By number, the oldest first. */
  readonly watchers = new Map<number, Watcher>();
  admitted = 0;
  rejected = 0;
  disposed = false;
  readonly #timers = new VirtualTimeScheduler();
  #step = 0;
  #reactions: number;
  #subscribed = 0;
  #watched = 0;

  constructor(config: Config) {
    const timers = this.#timers;
    // A clock that can be set without a timer noticing.
    const schedule: SchedulerLike['schedule'] = timers.schedule.bind(timers);
    const scheduler: SchedulerLike = { now: () => timers.now() + this.#step, schedule };
    this.config = config;
    this.#reactions = config.reaction?.times ?? 0;
    this.breaker = new CircuitBreaker({
      ...optionsOf(config),
      scheduler,
      listeners: [
        ({ name: _name, detail: _detail, metric, cause, ...signal }) =>
          this.#hear('listener', { ...signal, cause: plain(cause), metric: countsOf(metric) }),
        ({ newState }) => this.#react('listener', newState),
      ],
    });
    this.breaker.call$.subscribe({
      next: ({ name: _name, error, ...event }) => this.events.push({ ...event, error: plain(error) }),
      error: fail,
      complete: () => this.events.push('complete'),
    });
    rxjsConfig.onUnhandledError = (error: unknown) => this.#hear('reports', plain(error));
  }

  info(): object {
    const { state, changedAt, reopens, inFlight, rejected, retryAt, metric } = this.breaker.info();
    const shown = { state, inFlight, rejected, retryAt };
    // What a disposed breaker says of its past is not specified.
    return this.disposed ? shown : { ...shown, changedAt, reopens, metric: countsOf(metric) };
  }

  pending(): number {
    return this.#timers.actions.length;
  }

  subscribe(client: Client): void {
    const id = this.#subscribed++;
    const name = `call ${String(id)}`;
    const source = new Subject<Said>();
    const source$ = new Observable<Said>((subscriber) => {
      let said = 0;
      this.admitted++;
      for (; said < client.script.length && !subscriber.closed; said++) say(subscriber, client.script[said]!);
      this.#hear(`source ${String(id)}`, said);
      return source.subscribe(subscriber);
    });
    const guarded$ = source$.pipe(circuitBreaker(this.breaker, client.classified ? { classify } : {}));
    const subscription = (client.manner === 'take' ? guarded$.pipe(take(1)) : guarded$).subscribe({
      next: (said) => {
        this.#hear(name, said);
        if (client.manner === 'leave') subscription.unsubscribe();
      },
      error: (error: unknown) => {
        if (isCallNotPermitted(error)) {
          const { state, retryAfter, cause } = error;
          this.rejected++;
          this.#hear(name, { state, retryAfter, cause: plain(cause) });
        } else {
          this.#hear(name, error);
        }
        if (client.manner === 'again') this.subscribe({ ...client, manner: 'plain' });
      },
      complete: () => this.#hear(name, 'complete'),
    });
    this.calls.set(id, { source, subscription });
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
    const end = this.#timers.frame + ms;
    this.#timers.maxFrames = end;
    this.#timers.flush();
    this.#timers.frame = end;
  }

  step(ms: number): void {
    this.#step += ms;
  }

  #hear(who: string, what: unknown): void {
    this.log.push({ who, what });
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
        return this.subscribe(reaction.client);
      default:
        this.breaker[reaction.deed]();
    }
  }
}

/** A source says something. */
export function say(source: Observer<Said>, said: Said): void {
  if (said === 'tracked') source.error(TRACKED);
  else if (said === 'untracked') source.error(UNTRACKED);
  else if (said === 'complete') source.complete();
  else source.next(said);
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
  return isCallNotPermitted(error) || error instanceof RangeError ? error.name : error;
}
