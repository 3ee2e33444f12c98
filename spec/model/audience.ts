// Who hears of what, and when: what is caused by the telling waits for its turn.
import type { State } from '../../lib/index.ts';
import type { Stream } from './config.ts';

/** Somebody hears something. */
export interface Heard {
  readonly who: string;
  readonly what: unknown;
}

export interface Watcher {
  readonly id: number;
  readonly stream: Stream;
  /** Is told of changes from now on. */
  listens: boolean;
  gone: boolean;
}

/** Somebody who does something on hearing of a state. */
export type React = (by: 'listener' | Stream, state: State) => void;

export class Audience {
  /** What everybody has heard, in order. */
  readonly log: Heard[] = [];
  /** In the order in which they are told. */
  watchers: Watcher[] = [];
  readonly #react: React;
  #arrived = 0;
  #untold: (() => void)[] = [];
  #telling = false;

  constructor(react: React) {
    this.#react = react;
  }

  hear(who: string, what: unknown): void {
    this.log.push({ who, what });
  }

  /** Somebody comes, who does not listen yet if it is the state that he wants to be shown. */
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

  /** The listener and those who listen now have a change to be told of. */
  postSignal(signal: object, newState: State): void {
    const watchers = this.watchers.filter(({ listens }) => listens);
    this.#untold.push(() => {
      this.hear('listener', signal);
      this.#react('listener', newState);
      for (const watcher of watchers) this.show(watcher, newState);
    });
  }

  /** There is no more to come for those who listen, and for this one. */
  postEnd(late?: Watcher): void {
    const watchers = late ? [late] : this.watchers.filter(({ listens }) => listens);
    this.#untold.push(() => {
      for (const watcher of watchers) {
        if (!watcher.gone) this.hear(`${watcher.stream} ${String(watcher.id)}`, 'complete');
        this.leave(watcher);
      }
    });
  }

  /** Tells what there is to tell, unless that is under way. */
  tell(): void {
    this.hold(() => undefined);
  }

  /** Does something first, and only then tells. */
  hold(deed: () => void): void {
    const telling = this.#telling;
    this.#telling = true;
    deed();
    for (let tell; !telling && (tell = this.#untold.shift());) tell();
    this.#telling = telling;
  }
}
