import type { ServerResponse } from 'node:http';
import { tryOrReport } from '../../../util/report-error.ts';
import { hasClient } from './is-open.ts';

/** In bytes: what may wait for a client beside all that it is told at first. */
const MOST_QUEUED = 1_000_000;

/** Somebody who watches: an open event stream. */
export class Client {
  readonly #response: ServerResponse;
  readonly #everything: () => string;
  readonly #now: () => number;
  /** What may wait for it. */
  #most = MOST_QUEUED;
  /** What waited for it when last looked at. */
  #queued = 0;
  /** When it last took something of that. */
  #tookAt: number;
  #missed = false;

  /**
   * @param first what it is told at first
   * @param everything the event that tells all there is, for when it has missed something
   */
  constructor(response: ServerResponse, first: string, everything: () => string, now: () => number) {
    this.#response = response;
    this.#everything = everything;
    this.#now = now;
    this.#tookAt = now();
    response.on('drain', () => tryOrReport(() => this.#catchUp()));
    this.#tellAll(first);
  }

  get connected(): boolean {
    return hasClient(this.#response);
  }

  /** How many ms it has taken nothing of what waits for it. */
  stuckFor(): number {
    const queued = this.#response.writableLength;
    if (queued === 0 || queued < this.#queued) this.#tookAt = this.#now();
    this.#queued = queued;
    return this.#now() - this.#tookAt;
  }

  /** Sends an event, unless too much waits for the client already: then it is told all when it has taken that. */
  send(event: string): void {
    if (this.#missed || this.#response.writableLength > this.#most) this.#missed = true;
    else this.#write(event);
  }

  end(): void {
    this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }

  #catchUp(): void {
    this.#tookAt = this.#now();
    if (!this.#missed) return;
    const everything = this.#everything();
    this.#missed = false;
    this.#tellAll(everything);
  }

  #tellAll(everything: string): void {
    this.#most = everything.length + MOST_QUEUED;
    this.#write(everything);
  }

  #write(event: string): void {
    this.#response.write(event);
    this.#queued = this.#response.writableLength;
  }
}
