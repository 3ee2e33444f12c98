import type { Snapshot, Update } from '../server/messages.ts';

/** In ms, from one attempt to the next: at first, and at most. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/** In ms: the server sends something at least every 10 s. */
const LONGEST_SILENCE = 25_000;

export interface Hearer {
  snapshot(snapshot: Snapshot): void;
  update(update: Update): void;
  /** The connection is lost; tried again in so many ms. */
  lost(pause: number): void;
}

/**
 * The event stream of the server, opened again whenever it ends. An EventSource does so by itself only if the connection
 * breaks, not if the server responds that it is busy, and not if it falls silent.
 *
 * A page that is out of sight has none: of HTTP/1.1 a browser has six connections to a server at most for all its pages,
 * and a command would wait for one.
 */
export class Connection {
  private readonly _url: string;
  private readonly _hearer: Hearer;
  private _source: EventSource | undefined;
  private _timer: number | undefined;
  private _pause = FIRST_PAUSE;

  constructor(url: string, hearer: Hearer) {
    this._url = url;
    this._hearer = hearer;
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this._drop();
      else this.hurry();
    });
  }

  open(): void {
    this._drop();
    if (document.visibilityState === 'hidden') return;
    const source = new EventSource(this._url);
    this._source = source;
    this._expect();
    source.addEventListener('snapshot', ({ data }: MessageEvent<string>) => {
      this._pause = FIRST_PAUSE;
      this._expect();
      this._hearer.snapshot(JSON.parse(data) as Snapshot);
    });
    source.addEventListener('update', ({ data }: MessageEvent<string>) => {
      this._expect();
      this._hearer.update(JSON.parse(data) as Update);
    });
    source.addEventListener('error', () => this._lose());
  }

  /** Tries at once what would be tried later. */
  hurry(): void {
    if (!this._source) this.open();
  }

  private _expect(): void {
    clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this._lose(), LONGEST_SILENCE);
  }

  private _lose(): void {
    this._drop();
    const pause = this._pause;
    this._pause = Math.min(LONGEST_PAUSE, pause * 2);
    this._timer = window.setTimeout(() => this.open(), pause);
    this._hearer.lost(pause);
  }

  private _drop(): void {
    clearTimeout(this._timer);
    this._source?.close();
    this._source = undefined;
  }
}
