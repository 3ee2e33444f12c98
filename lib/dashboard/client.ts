import type { ServerResponse } from 'node:http';

/** Somebody who watches: an open event stream. */
export class Client {
  readonly #response: ServerResponse;
  readonly #everything: () => string;
  readonly #now: () => number;
  /** Since when it has not taken all that it was sent. */
  #stuckSince: number | undefined;
  #missed = false;

  /** @param everything the event that tells all there is */
  constructor(response: ServerResponse, everything: () => string, now: () => number) {
    this.#response = response;
    this.#everything = everything;
    this.#now = now;
    response.on('drain', () => this.#caughtUp());
  }

  /** How many ms the client has been stuck. */
  get stuckFor(): number {
    return this.#stuckSince === undefined ? 0 : this.#now() - this.#stuckSince;
  }

  /** Sends an event, unless the client is still busy with the last one: then it is told all later, and not queued for. */
  send(event: string): void {
    if (this.#stuckSince !== undefined) this.#missed = true;
    else if (!this.#response.write(event)) this.#stuckSince = this.#now();
  }

  end(): void {
    this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }

  #caughtUp(): void {
    this.#stuckSince = undefined;
    if (!this.#missed) return;
    this.#missed = false;
    this.send(this.#everything());
  }
}
