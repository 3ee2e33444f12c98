import type { Snapshot, Update } from '../server/messages.ts';

/** In ms, from one attempt to the next: at first, and at most. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/** In ms: the server says something at least every 10 s. */
const LONGEST_SILENCE = 25_000;

export interface Hearer {
  snapshot(snapshot: Snapshot): void;
  update(update: Update): void;
  /** The connection is lost; tried again in so many ms. */
  lost(pause: number): void;
}

/**
 * The event stream of the server, made anew whenever it ends. An EventSource does so by itself only if the connection
 * breaks, not if the server answers that it is busy, and not if it falls silent.
 *
 * A page that is out of sight has none: of HTTP/1.1 a browser has six connections to a server at most for all its pages,
 * and a command would wait for one.
 */
export class Connection {
  readonly #url: string;
  readonly #hearer: Hearer;
  #source: EventSource | undefined;
  #timer: number | undefined;
  #pause = FIRST_PAUSE;

  constructor(url: string, hearer: Hearer) {
    this.#url = url;
    this.#hearer = hearer;
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.#drop();
      else this.hurry();
    });
  }

  open(): void {
    this.#drop();
    if (document.visibilityState === 'hidden') return;
    const source = new EventSource(this.#url);
    this.#source = source;
    this.#expect();
    source.addEventListener('snapshot', ({ data }: MessageEvent<string>) => {
      this.#pause = FIRST_PAUSE;
      this.#expect();
      this.#hearer.snapshot(JSON.parse(data) as Snapshot);
    });
    source.addEventListener('update', ({ data }: MessageEvent<string>) => {
      this.#expect();
      this.#hearer.update(JSON.parse(data) as Update);
    });
    source.addEventListener('error', () => this.#lose());
  }

  /** Tries at once what would be tried later. */
  hurry(): void {
    if (!this.#source) this.open();
  }

  #expect(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#lose(), LONGEST_SILENCE);
  }

  #lose(): void {
    this.#drop();
    const pause = this.#pause;
    this.#pause = Math.min(LONGEST_PAUSE, pause * 2);
    this.#timer = window.setTimeout(() => this.open(), pause);
    this.#hearer.lost(pause);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }
}
