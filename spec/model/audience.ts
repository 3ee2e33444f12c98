// Who gets what, and when: what a delivery causes waits for its turn.
import type { State } from '../../lib/index.ts';
import type { Stream } from './config.ts';

/** Something that one of them got. */
export interface Heard {
  readonly who: string;
  readonly what: unknown;
}

export interface Watcher {
  readonly id: number;
  readonly stream: Stream;
  /** Gets changes from now on. */
  listens: boolean;
  gone: boolean;
}

/** Reacts to the entry of a state. */
export type React = (by: 'listener' | Stream, state: State) => void;

export class Audience {
  /** What all have got, in order. */
  readonly log: Heard[] = [];
  /** In the order in which they get a change. */
  watchers: Watcher[] = [];
  readonly #react: React;
  #arrived = 0;
  #queue: (() => void)[] = [];
  #delivering = false;

  constructor(react: React) {
    this.#react = react;
  }

  hear(who: string, what: unknown): void {
    this.log.push({ who, what });
  }

  /** A watcher arrives; a watcher of the state does not listen yet. */
  arrive(stream: Stream): Watcher {
    const watcher = { id: this.#arrived++, stream, listens: stream === 'signal$', gone: false };
    this.watchers = [...this.watchers, watcher];
    return watcher;
  }

  /** Listens from now on, after those who listen already. */
  listen(watcher: Watcher): void {
    if (watcher.listens || watcher.gone) return;
    watcher.listens = true;
    this.watchers = [...this.watchers.filter((other) => other !== watcher), watcher];
  }

  leave(watcher: Watcher): void {
    watcher.gone = true;
    this.watchers = this.watchers.filter((other) => other !== watcher);
  }

  oldest(): Watcher | undefined {
    return this.watchers.find(({ id }) => this.watchers.every((other) => other.id >= id));
  }

  /** Shows a watcher a state. */
  show(watcher: Watcher, state: State): void {
    if (watcher.gone) return;
    this.hear(`${watcher.stream} ${String(watcher.id)}`, state);
    this.#react(watcher.stream, state);
  }

  /** Queues a change for the listener and for those who listen now. */
  postSignal(signal: object, newState: State): void {
    const watchers = this.watchers.filter(({ listens }) => listens);
    this.#queue.push(() => {
      this.hear('listener', signal);
      this.#react('listener', newState);
      for (const watcher of watchers) this.show(watcher, newState);
    });
  }

  /** Queues the end for those who listen, or for this one. */
  postEnd(late?: Watcher): void {
    const watchers = late ? [late] : this.watchers.filter(({ listens }) => listens);
    this.#queue.push(() => {
      for (const watcher of watchers) {
        if (!watcher.gone) this.hear(`${watcher.stream} ${String(watcher.id)}`, 'complete');
        this.leave(watcher);
      }
    });
  }

  /** Delivers what is queued, unless that is under way. */
  deliver(): void {
    this.hold(() => undefined);
  }

  /** Does something first, and only then delivers. */
  hold(deed: () => void): void {
    const delivering = this.#delivering;
    this.#delivering = true;
    deed();
    for (let next; !delivering && (next = this.#queue.shift());) next();
    this.#delivering = delivering;
  }
}
